// What every script of this library begins with: the server as discovered, and how the client shows who it is.
import { fetchWithoutNull, given } from '../talk.mjs'
import * as openid from 'openid-client'

const methods = { basic: openid.ClientSecretBasic, post: openid.ClientSecretPost, none: openid.None }
const proof = methods[given.method](given.client_secret)

export const config = await openid.discovery(new URL(given.issuer), given.client_id, undefined, proof, {
  algorithm: 'oauth2',
  execute: [openid.allowInsecureRequests],
})
if (given.without_null) config[openid.customFetch] = fetchWithoutNull

export async function call(token, path) {
  const answer = await openid.fetchProtectedResource(config, token, new URL(path, given.issuer), 'GET')
  return answer.json()
}
