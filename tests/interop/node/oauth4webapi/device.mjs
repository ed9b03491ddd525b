// RFC 8628: the code is shown, and a person decides elsewhere; a poll of another code comes too early.
import { given, hear, tell, tellResult } from '../talk.mjs'
import * as oauth from 'oauth4webapi'
import { call, client, options, proof, server } from './set_up.mjs'

async function begin() {
  const answer = await oauth.deviceAuthorizationRequest(server, client, proof, { scope: given.scope }, options)
  return oauth.processDeviceAuthorizationResponse(server, client, answer)
}

async function poll({ device_code }) {
  const answer = await oauth.deviceCodeGrantRequest(server, client, proof, device_code, options)
  return oauth.processDeviceCodeResponse(server, client, answer)
}

const early = await begin().then(poll).catch(({ error }) => error)
const begun = await begin()
tell({ ...begun, early })
await hear()

await tellResult(async () => {
  const tokens = await poll(begun)
  return { tokens, called: await call(tokens.access_token, given.path) }
})
