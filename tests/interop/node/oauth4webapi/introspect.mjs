// RFC 7662.
import { given, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { client, options, proof, server } from './set_up.mjs'

await tellResult(async () => {
  const answer = await oauth.introspectionRequest(server, client, proof, given.token, options)
  return oauth.processIntrospectionResponse(server, client, answer)
})
