// RFC 8628: the code is shown, a person decides elsewhere, and the library polls until then.
import { given, hear, tell, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { call, config } from './set_up.mjs'

const begun = await openid.initiateDeviceAuthorization(config, { scope: given.scope })
tell(begun)
await hear()

await tellResult(async () => {
  const tokens = await openid.pollDeviceAuthorizationGrant(config, begun)
  return { tokens, called: await call(tokens.access_token, given.path) }
})
