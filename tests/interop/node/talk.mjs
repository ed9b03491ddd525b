// How a test and a script talk: one line of JSON each time. The first is what the script is given.
import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'

// Node 18 has these two in a module only.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

export async function hear() {
  const { value, done } = await lines.next()
  if (done) throw new Error('The test hung up.')
  return JSON.parse(value)
}

export function tell(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

// An error that the library read from an answer is told; any other ends the script.
export async function tellResult(work) {
  try {
    tell(await work())
  } catch (error) {
    const scheme = Array.isArray(error.cause) ? error.cause[0].scheme : undefined
    if (error.error === undefined && scheme === undefined) throw error
    tell({ error: error.error, error_description: error.error_description, status: error.status, challenge: scheme })
  }
}

// A private JWK as the pair of keys that the libraries take; they show the public half of it.
export async function pairOf(jwk) {
  const algorithm = { name: 'ECDSA', namedCurve: jwk.crv }
  const { d, ...open } = jwk
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['sign'] }, algorithm, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', { ...open, key_ops: ['verify'] }, algorithm, true, ['verify']),
  }
}

export const given = await hear()
