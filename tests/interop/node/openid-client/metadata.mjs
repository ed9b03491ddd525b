// RFC 8414.
import { tell } from '../talk.mjs'
import { config } from './set_up.mjs'

tell(config.serverMetadata())
