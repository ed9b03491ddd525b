// RFC 7662.
import { given, tellResult } from '../talk.mjs'
import * as openid from 'openid-client'
import { config } from './set_up.mjs'

await tellResult(() => openid.tokenIntrospection(config, given.token))
