// RFC 9068: what a resource server outside does with a token that is shown to it, knowing the metadata and its own name.
import { given, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { options, server } from './set_up.mjs'

await tellResult(async () => {
  const request = new Request(given.resource, { headers: { authorization: `Bearer ${given.token}` } })
  try {
    return { claims: await oauth.validateJwtAccessToken(server, request, given.resource, options) }
  } catch (error) {
    return { refused: error.message }
  }
})
