// An upload by tus-js-client as it comes, between the two calls of the API that open and close it.
import { createReadStream } from 'node:fs'
import { Upload } from 'tus-js-client'
import { given, tell } from '../talk.mjs'

const headers = { Authorization: `Bearer ${given.token}` }

async function call(body) {
  const answer = await fetch(`${given.issuer}/api/file/tus`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, told: await answer.json() }
}

const opened = await call({ name: given.called, target: '1', size: given.size })
const [{ sessionKey }] = opened.told
const offsets = []

await new Promise((resolve, reject) => {
  const upload = new Upload(createReadStream(given.path), {
    endpoint: `${given.door}/api/tus`,
    headers,
    metadata: { token: sessionKey, filename: given.called },
    uploadSize: given.size,
    chunkSize: given.chunkSize ?? Infinity,
    retryDelays: Array(40).fill(500),
    storeFingerprintForResuming: false,
    removeFingerprintOnSuccess: false,
    onAfterResponse: (request, response) => {
      if (request.getMethod() === 'HEAD') offsets.push(Number(response.getHeader('Upload-Offset')))
    },
    onError: reject,
    onSuccess: resolve,
  })
  upload.start()
})

const closed = await call({ token: sessionKey })
const again = await call({ token: sessionKey })
tell({ status: closed.status, file: closed.told, again: again.told, offsets })
