// RFC 6749, 6.
import { given, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { config } from './set_up.mjs'

await tellResult(async () => ({ tokens: await openid.refreshTokenGrant(config, given.token) }))
