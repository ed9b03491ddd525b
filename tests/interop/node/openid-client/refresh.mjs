// RFC 6749, 6, and a call with the new token where the test says so.
import { given, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { call, config, nonces, options } from './set_up.mjs'

await tellResult(async () => {
  const tokens = await openid.refreshTokenGrant(config, given.token, undefined, options)
  return { tokens, called: given.path && (await call(tokens.access_token, given.path)), nonces: nonces.asked }
})
