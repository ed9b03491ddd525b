// RFC 6749, 4.4, and a call with the token.
import { given, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { call, config, nonces, options } from './set_up.mjs'

await tellResult(async () => {
  const tokens = await openid.clientCredentialsGrant(config, given.asked, options)
  return { tokens, called: given.path && (await call(tokens.access_token, given.path)), nonces: nonces.asked }
})
