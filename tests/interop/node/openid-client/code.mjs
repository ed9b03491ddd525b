// RFC 6749, 4.1, with PKCE (RFC 7636) and `iss` (RFC 9207), and a call with the token; pushed first (RFC 9126), for
// another resource server (RFC 8707) or bound to a key (RFC 9449) where the test says so.
import { given, hear, tell, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { call, config, nonces, options } from './set_up.mjs'

const verifier = openid.randomPKCECodeVerifier()
const state = openid.randomState()
const asked = {
  redirect_uri: given.callback,
  scope: given.scope,
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  ...given.asked,
}
const visit = given.pushed
  ? await openid.buildAuthorizationUrlWithPAR(config, asked, options)
  : openid.buildAuthorizationUrl(config, asked)
tell({ visit })
const brought = new URL((await hear()).callback)

await tellResult(async () => {
  const checks = { pkceCodeVerifier: verifier, expectedState: state }
  const tokens = await openid.authorizationCodeGrant(config, brought, checks, undefined, options)
  return { tokens, called: given.path && (await call(tokens.access_token, given.path)), nonces: nonces.asked }
})
