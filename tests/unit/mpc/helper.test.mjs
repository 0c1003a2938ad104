// The whole helper as a process, with a made-up library beside it: what the parent sees of it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { encodeFrame } from '../../../app/mpc-helper/framing.mjs';

const helper = fileURLToPath(new URL('../../../app/mpc-helper/', import.meta.url));
const secret = 'c0ffee'.repeat(20);
const folder = mkdtempSync(join(tmpdir(), 'countersign-helper-'));
test.after(() => rmSync(folder, { recursive: true }));

for (const name of ['mpc-helper.mjs', 'framing.mjs', 'signer.mjs', 'package.json']) {
  cpSync(join(helper, name), join(folder, name));
}
const library = join(folder, 'node_modules/@dynamic-labs-wallet/node');
mkdirSync(library, { recursive: true });
writeFileSync(
  join(library, 'package.json'),
  JSON.stringify({ name: '@dynamic-labs-wallet/node', version: '0.0.198', imports: { '#internal/node': './part.js' } })
);
writeFileSync(
  join(library, 'part.js'),
  `class Scheme {
    constructor(relay) { this.relay = relay; }
    async getPubkey(share) { console.log('share', share); console.error(share); return 'ab'.repeat(32); }
    async derivePubkey(share) { throw new Error('cannot read ' + share); }
    sign(room, share) {
      if (this.relay === 'thrown') { setTimeout(() => { throw new Error(share); }); }
      if (this.relay === 'rejected') { Promise.reject(new Error(share)); }
      return new Promise(() => setInterval(() => {}, 1000));
    }
  }
  module.exports = { Ecdsa: Scheme, ExportableEd25519: Scheme };`
);

/** Runs the helper; afterwards(stdin) is called once the request was written. */
function run(bytes, afterwards = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'mpc-helper.mjs')], { env: {} });
    const output = [];
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.resume();
    child.stdin.on('error', () => {});
    child.stdin.write(bytes, () => afterwards(child.stdin));
    child.on('close', (code) => resolve({ code, output: Buffer.concat(output) }));
  });
}

function answerIn(output) {
  assert.equal(output.readUInt32BE(), output.length - 4);
  return JSON.parse(output.subarray(4).toString());
}

const derive = { version: 1, operation: 'derive', scheme: 'ed25519', share: secret, path: [] };
const sign = { ...derive, operation: 'sign', roomId: 'a'.repeat(32), relayDomain: 'silent', input: 'aa' };

test('what the library prints does not mix with the answer', async () => {
  const { code, output } = await run(encodeFrame(derive));
  assert.equal(code, 0);
  assert.deepEqual(answerIn(output), { version: 1, ok: true, publicKey: 'ab'.repeat(32) });
});

test('a share in a message of the library does not travel on', async () => {
  const { code, output } = await run(encodeFrame({ ...derive, scheme: 'ecdsa' }));
  assert.equal(code, 0);
  assert.deepEqual(answerIn(output), { version: 1, ok: false, code: 'library', message: 'cannot read [...]' });
});

test('errors outside of the call are told, not printed', async () => {
  for (const relayDomain of ['thrown', 'rejected']) {
    const { code, output } = await run(encodeFrame({ ...sign, relayDomain }));
    assert.equal(code, 0);
    assert.deepEqual(answerIn(output), { version: 1, ok: false, code: 'internal', message: 'unexpected failure' });
  }
});

test('a ceremony ends with its parent', async () => {
  const { code, output } = await run(encodeFrame(sign), (stdin) => setTimeout(() => stdin.end(), 500));
  assert.equal(code, 4);
  assert.equal(output.length, 0);
});

test('nothing may follow the request', async () => {
  const { code, output } = await run(Buffer.concat([encodeFrame(sign), Buffer.from('x')]));
  assert.equal(code, 0);
  assert.equal(answerIn(output).code, 'invalid_request');
});

test('no request is a refusal, too', async () => {
  const { code, output } = await run(Buffer.from([0, 0]), (stdin) => stdin.end());
  assert.equal(code, 0);
  assert.equal(answerIn(output).code, 'invalid_request');
});
