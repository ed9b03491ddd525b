// RFC 8414.
import { tell } from '../talk.mjs'
import { server } from './set_up.mjs'

tell(server)
