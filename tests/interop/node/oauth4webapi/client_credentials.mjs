// RFC 6749, 4.4, and a call with the token.
import { given, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { call, client, nonces, options, proof, server, withNonce } from './set_up.mjs'

await tellResult(async () => {
  const tokens = await withNonce(async () => {
    const answer = await oauth.clientCredentialsGrantRequest(server, client, proof, given.asked ?? {}, options)
    return oauth.processClientCredentialsResponse(server, client, answer)
  })
  return { tokens, called: given.path && (await call(tokens.access_token, given.path)), nonces: nonces.asked }
})
