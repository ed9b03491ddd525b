// RFC 6749, 4.1, with PKCE (RFC 7636) and `iss` (RFC 9207), and a call with the token; pushed first (RFC 9126), for
// another resource server (RFC 8707) or bound to a key (RFC 9449) where the test says so.
import { given, hear, tell, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { call, client, nonces, options, proof, server, withNonce } from './set_up.mjs'

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const asked = new URLSearchParams({
  redirect_uri: given.callback,
  response_type: 'code',
  scope: given.scope,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  ...given.asked,
})

async function pushed() {
  const answer = await oauth.pushedAuthorizationRequest(server, client, proof, asked, options)
  const { request_uri } = await oauth.processPushedAuthorizationResponse(server, client, answer)
  return new URLSearchParams({ request_uri })
}

const address = new URL(server.authorization_endpoint)
address.search = given.pushed ? await withNonce(pushed) : asked
address.searchParams.set('client_id', given.client_id)
tell({ visit: address })
const brought = new URL((await hear()).callback)

await tellResult(async () => {
  const sound = oauth.validateAuthResponse(server, client, brought, state)
  const tokens = await withNonce(async () => {
    const answer = await oauth.authorizationCodeGrantRequest(
      server, client, proof, sound, given.callback, verifier, options,
    )
    return oauth.processAuthorizationCodeResponse(server, client, answer)
  })
  return { tokens, called: given.path && (await call(tokens.access_token, given.path)), nonces: nonces.asked }
})
