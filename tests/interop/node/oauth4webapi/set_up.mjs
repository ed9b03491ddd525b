// What every script of this library begins with: the server's metadata, the client, how it shows who it is.
import { given, pairOf } from '../talk.mjs'
import * as oauth from 'oauth4webapi'

const issuer = new URL(given.issuer)
const keyed = async ({ kid, ...jwk }) => oauth.PrivateKeyJwt({ key: (await pairOf(jwk)).privateKey, kid })
const methods = { basic: oauth.ClientSecretBasic, post: oauth.ClientSecretPost, none: oauth.None, key: keyed }

export const client = { client_id: given.client_id }
// The key that tokens are bound to (RFC 9449), where there is one.
export const possession = given.possession && oauth.DPoP(client, await pairOf(given.possession))
export const options = { [oauth.allowInsecureRequests]: true, DPoP: possession }
export const server = await oauth
  .discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })
  .then((answer) => oauth.processDiscoveryResponse(issuer, answer))
export const proof = await methods[given.method](given.client_secret ?? given.key)

// Send, and once more where the server wants its nonce in the proof; how often it did is told.
export const nonces = { asked: 0 }
export async function withNonce(send) {
  try {
    return await send()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    nonces.asked += 1
    return send()
  }
}

export async function call(token, path) {
  const answer = await withNonce(() =>
    oauth.protectedResourceRequest(token, 'GET', new URL(path, issuer), undefined, null, options))
  return answer.json()
}
