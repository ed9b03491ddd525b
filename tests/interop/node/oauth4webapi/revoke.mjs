// RFC 7009.
import { given, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { client, options, proof, server } from './set_up.mjs'

await tellResult(async () => {
  const answer = await oauth.revocationRequest(server, client, proof, given.token, options)
  await oauth.processRevocationResponse(answer)
  return { status: answer.status }
})
