// RFC 7009.
import { given, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { config } from './set_up.mjs'

await tellResult(async () => {
  await openid.tokenRevocation(config, given.token)
  return { status: 200 }
})
