// RFC 6749, 6, and a call with the new token where the test says so.
import { given, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { call, client, nonces, options, proof, server, withNonce } from './set_up.mjs'

await tellResult(async () => {
  const tokens = await withNonce(async () => {
    const answer = await oauth.refreshTokenGrantRequest(server, client, proof, given.token, options)
    return oauth.processRefreshTokenResponse(server, client, answer)
  })
  return { tokens, called: given.path && (await call(tokens.access_token, given.path)), nonces: nonces.asked }
})
