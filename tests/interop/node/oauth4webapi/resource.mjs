// RFC 9728: from a refused call to the resource's metadata, and on to its authorization server.
import { given, tell } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { call, options } from './set_up.mjs'

try {
  await call('nothing', given.path)
} catch (error) {
  const challenge = error.cause.find(({ scheme }) => scheme === 'bearer')
  const address = new URL(challenge.parameters.resource_metadata)
  const resource = new URL(given.issuer)
  const answer = await oauth.resourceDiscoveryRequest(resource, options)
  const told = await oauth.processResourceDiscoveryResponse(resource, answer)
  tell({ address, same: answer.url === address.href, told })
}
