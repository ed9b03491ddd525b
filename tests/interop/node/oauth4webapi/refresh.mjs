// RFC 6749, 6.
import { given, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { client, options, proof, server } from './set_up.mjs'

await tellResult(async () => {
  const answer = await oauth.refreshTokenGrantRequest(server, client, proof, given.token, options)
  return { tokens: await oauth.processRefreshTokenResponse(server, client, answer) }
})
