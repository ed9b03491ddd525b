// RFC 6749, 4.1, with PKCE (RFC 7636) and `iss` (RFC 9207), and a call with the token.
import { given, hear, tell, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { call, config } from './set_up.mjs'

const verifier = openid.randomPKCECodeVerifier()
const state = openid.randomState()
const visit = openid.buildAuthorizationUrl(config, {
  redirect_uri: given.callback,
  scope: given.scope,
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
})
tell({ visit })
const brought = new URL((await hear()).callback)

await tellResult(async () => {
  const checks = { pkceCodeVerifier: verifier, expectedState: state }
  const tokens = await openid.authorizationCodeGrant(config, brought, checks)
  return { tokens, called: await call(tokens.access_token, given.path) }
})
