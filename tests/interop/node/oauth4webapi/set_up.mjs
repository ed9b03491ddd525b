// What every script of this library begins with: the server's metadata, the client, how it shows who it is.
import { fetchWithoutNull, given } from '../talk.mjs'
import * as oauth from 'oauth4webapi'

const issuer = new URL(given.issuer)
const methods = { basic: oauth.ClientSecretBasic, post: oauth.ClientSecretPost, none: oauth.None }

export const options = { [oauth.allowInsecureRequests]: true }
export const withoutNull = given.without_null ? { ...options, [oauth.customFetch]: fetchWithoutNull } : options
export const server = await oauth
  .discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })
  .then((answer) => oauth.processDiscoveryResponse(issuer, answer))
export const client = { client_id: given.client_id }
export const proof = methods[given.method](given.client_secret)

export async function call(token, path) {
  const answer = await oauth.protectedResourceRequest(token, 'GET', new URL(path, issuer), undefined, null, options)
  return answer.json()
}
