// What every script of this library begins with: the server as discovered, and how the client shows who it is.
import { given, pairOf } from '../talk.mjs'
import * as openid from 'openid-client'

const keyed = async ({ kid, ...jwk }) => openid.PrivateKeyJwt({ key: (await pairOf(jwk)).privateKey, kid })
const methods = { basic: openid.ClientSecretBasic, post: openid.ClientSecretPost, none: openid.None, key: keyed }
const proof = await methods[given.method](given.client_secret ?? given.key)

export const config = await openid.discovery(new URL(given.issuer), given.client_id, undefined, proof, {
  algorithm: 'oauth2',
  execute: [openid.allowInsecureRequests],
})

// Answers that want the server's nonce are counted; the library itself sends again.
export const nonces = { asked: 0 }
config[openid.customFetch] = async (address, options) => {
  const answer = await fetch(address, options)
  const refusal = `${answer.headers.get('www-authenticate')} ${answer.ok ? '' : await answer.clone().text()}`
  if (refusal.includes('use_dpop_nonce')) nonces.asked += 1
  return answer
}

// The key that tokens are bound to (RFC 9449), where there is one.
const DPoP = given.possession && openid.getDPoPHandle(config, await pairOf(given.possession))
export const options = { DPoP }

export async function call(token, path) {
  const address = new URL(path, given.issuer)
  const answer = await openid.fetchProtectedResource(config, token, address, 'GET', undefined, undefined, options)
  return answer.json()
}
