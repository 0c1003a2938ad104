// Which library the helper takes, and what of it can be reached: with made-up packages in a folder of their own, and with
// the real one where it is installed.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const helper = fileURLToPath(new URL('../../../app/mpc-helper/', import.meta.url));
const folders = [];
test.after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A copy of the signer beside a made-up library: files by name, below the package. */
function signerBeside(files) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-signer-'));
  folders.push(folder);
  cpSync(join(helper, 'signer.mjs'), join(folder, 'signer.mjs'));
  cpSync(join(helper, 'package.json'), join(folder, 'package.json'));
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, 'node_modules/@dynamic-labs-wallet/node', name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return import(pathToFileURL(join(folder, 'signer.mjs')));
}

const manifest = {
  name: '@dynamic-labs-wallet/node',
  version: '0.0.198',
  type: 'module',
  exports: { '.': './index.mjs' },
  imports: { '#internal/node': './internal.cjs' },
};
const classes = `
class Scheme {
  constructor(url) { this.url = url; }
  async derivePubkey(share, path) { return { serializeUncompressed: () => Uint8Array.of(4, share.length, path.length) }; }
  async getPubkey(share) { return 'AB' + share; }
  async exportFullPrivateKey() { return 'the key'; }
}
class Ecdsa extends Scheme {
  async sign(room, share, hash, path) { return { r: Buffer.from(hash.toHex(), 'hex'), s: Buffer.from([path[0]]), v: 28, der: [9] }; }
}
class ExportableEd25519 extends Scheme {
  async sign(room, share, message) { return Buffer.from(message + 'ff', 'hex'); }
}`;
const request = {
  secretShare: '0f',
  path: Uint32Array.of(44),
  roomId: 'r',
  relayDomain: 'relay.example',
  input: 'aa',
};

async function checkSigner(signer) {
  assert.equal(signer.version, '0.0.198');
  assert.equal(await signer.ecdsa.derive(request), '040201');
  assert.equal(await signer.ecdsa.sign(request), 'aa2c1c');
  assert.equal(await signer.ed25519.derive(request), 'ab0f');
  assert.equal(await signer.ed25519.sign(request), 'aaff');
  assert.deepEqual(Object.keys(signer), ['version', 'ecdsa', 'ed25519']);
  for (const scheme of [signer.ecdsa, signer.ed25519]) {
    assert.deepEqual(Object.keys(scheme), ['derive', 'sign']);
    assert.ok(Object.isFrozen(scheme));
    assert.equal(scheme.exportFullPrivateKey, undefined);
  }
}

test('the native part is taken by the name that the package gives it', async () => {
  const { loadSigner } = await signerBeside({
    'package.json': manifest,
    'internal.cjs': `${classes} module.exports = { Ecdsa, ExportableEd25519 };`,
  });
  await checkSigner(await loadSigner());
});

test('without that name the public entry leads to the same', async () => {
  const { loadSigner } = await signerBeside({
    'package.json': { ...manifest, imports: undefined },
    'index.mjs': `${classes}
      export function getMPCSigner({ chainName, baseRelayUrl }) {
        return new { EVM: Ecdsa, SVM: ExportableEd25519 }[chainName](baseRelayUrl);
      }`,
  });
  await checkSigner(await loadSigner());
});

test('what is missing, of another version or for another system is told apart', async () => {
  const code = async (files) => {
    const { loadSigner } = await signerBeside(files);
    return loadSigner().then(
      () => 'loaded',
      (error) => error.code
    );
  };
  assert.equal(await code({}), 'library_missing');
  assert.equal(await code({ 'package.json': '{' }), 'library_missing');
  assert.equal(await code({ 'package.json': { ...manifest, version: '0.0.199' } }), 'library_version');
  assert.equal(await code({ 'package.json': manifest }), 'library_missing');
  const thrown = (text) => code({ 'package.json': manifest, 'internal.cjs': `throw ${text};` });
  assert.equal(await thrown(`new Error('Neon: unsupported system: win32')`), 'unsupported_platform');
  assert.equal(await thrown(`new Error('Neon: unsupported linux architecture: riscv64')`), 'unsupported_platform');
  assert.equal(await thrown(`Object.assign(new Error('x'), { code: 'ERR_DLOPEN_FAILED' })`), 'unsupported_platform');
  assert.equal(await thrown(`new Error('something else')`), 'library_missing');
});

const isInstalled = existsSync(join(helper, 'node_modules/@dynamic-labs-wallet/node/package.json'));
test('the real library judges a made-up share', { skip: !isInstalled && 'npm ci was not run' }, async () => {
  const { loadSigner } = await import(pathToFileURL(join(helper, 'signer.mjs')));
  const signer = await loadSigner();
  for (const scheme of [signer.ecdsa, signer.ed25519]) {
    await assert.rejects(scheme.derive({ ...request, secretShare: 'ab'.repeat(208) }), /^Error: Invalid secret share: /);
    await assert.rejects(scheme.derive({ ...request, secretShare: 'xyz' }), /^Error: Invalid hex encoding$/);
  }
});
