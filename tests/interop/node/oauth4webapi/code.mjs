// RFC 6749, 4.1, with PKCE (RFC 7636) and `iss` (RFC 9207), and a call with the token.
import { given, hear, tell, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { call, client, options, proof, server } from './set_up.mjs'

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const address = new URL(server.authorization_endpoint)
for (const [name, value] of Object.entries({
  client_id: given.client_id,
  redirect_uri: given.callback,
  response_type: 'code',
  scope: given.scope,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
})) {
  address.searchParams.set(name, value)
}
tell({ visit: address })
const brought = new URL((await hear()).callback)

await tellResult(async () => {
  const sound = oauth.validateAuthResponse(server, client, brought, state)
  const answer = await oauth.authorizationCodeGrantRequest(
    server, client, proof, sound, given.callback, verifier, options,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer)
  return { tokens, called: await call(tokens.access_token, given.path) }
})
