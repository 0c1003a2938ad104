// What the helper accepts and what it says, without the library.

import assert from 'node:assert/strict';
import test from 'node:test';

import {
  answerMaxBytes,
  encodeFrame,
  messageMaxCharacters,
  parseRequest,
  readFrame,
  RequestError,
  requestMaxBytes,
  speakable,
  writeFrame,
} from '../../../app/mpc-helper/framing.mjs';

const secret = 'c0ffee'.repeat(20);
const sign = {
  version: 1,
  operation: 'sign',
  scheme: 'ecdsa',
  share: JSON.stringify({ pubkey: { 0: 4 }, secretShare: secret, other: [1] }),
  path: [44, 60, 0, 0, 4294967295],
  roomId: 'a'.repeat(32),
  relayDomain: 'relay.example',
  input: '11'.repeat(32),
};
const derive = { version: 1, operation: 'derive', scheme: 'ed25519', share: secret, path: [] };

function bodyOf(request) {
  return Buffer.from(typeof request === 'string' ? request : JSON.stringify(request), 'utf8');
}

function readingFrom(bytes, chunk = 3) {
  let used = 0;
  return (buffer, offset) => {
    const count = Math.min(chunk, buffer.length - offset, bytes.length - used);
    bytes.copy(buffer, offset, used, used + count);
    used += count;
    return count;
  };
}

function framed(length, body) {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length);
  return Buffer.concat([header, body]);
}

test('a frame is read in any pieces and not beyond its end', () => {
  const bytes = Buffer.concat([framed(5, Buffer.from('hello')), Buffer.from('rest')]);
  for (const chunk of [1, 2, 3, 100]) {
    assert.equal(readFrame(readingFrom(bytes, chunk)).toString(), 'hello');
  }
});

test('frames that end early, are empty or too long are refused', () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from([0, 0]),
    framed(6, Buffer.from('hello')),
    framed(0, Buffer.alloc(0)),
    framed(requestMaxBytes + 1, Buffer.alloc(16)),
    framed(0xffffffff, Buffer.alloc(16)),
  ]) {
    assert.throws(() => readFrame(readingFrom(bytes)), RequestError);
  }
});

test('an answer is one bounded frame', () => {
  const frame = encodeFrame({ version: 1, ok: true });
  assert.equal(frame.readUInt32BE(), frame.length - 4);
  assert.deepEqual(JSON.parse(frame.subarray(4).toString()), { version: 1, ok: true });
  assert.throws(() => encodeFrame({ long: 'x'.repeat(answerMaxBytes) }), RangeError);
  const written = [];
  writeFrame({ ok: 1 }, (buffer, offset) => {
    written.push(buffer[offset]);
    return 1;
  });
  assert.deepEqual(Buffer.from(written), encodeFrame({ ok: 1 }));
});

test('requests are understood and their bytes are wiped', () => {
  const body = bodyOf(sign);
  const request = parseRequest(body);
  assert.equal(request.secretShare, secret);
  assert.deepEqual([...request.path], sign.path);
  assert.equal(request.roomId, sign.roomId);
  assert.ok(body.every((byte) => byte === 0));
  assert.ok(Object.isFrozen(request));
  assert.equal(parseRequest(bodyOf(derive)).secretShare, secret);
  assert.deepEqual(parseRequest(bodyOf({ version: 1, operation: 'about' })), { operation: 'about' });
});

test('other requests are refused, wiped, and not quoted', () => {
  const { share, ...withoutShare } = sign;
  const refused = [
    '',
    'null',
    '[]',
    '{',
    `${JSON.stringify(sign)} x`,
    { ...sign, version: 2 },
    { ...sign, version: '1' },
    { ...sign, operation: 'exportFullPrivateKey' },
    { ...sign, operation: '__proto__' },
    { ...sign, operation: 'toString' },
    { ...sign, scheme: 'bip340' },
    { ...sign, more: 1 },
    withoutShare,
    { ...derive, roomId: 'a' },
    { ...sign, path: [-1] },
    { ...sign, path: [1.5] },
    { ...sign, path: [4294967296] },
    { ...sign, path: new Array(17).fill(0) },
    { ...sign, path: '44' },
    { ...sign, roomId: '' },
    { ...sign, roomId: 'a'.repeat(65) },
    { ...sign, relayDomain: 5 },
    { ...sign, input: '' },
    { ...sign, input: '0x11' },
    { ...sign, input: '11'.repeat(31) },
    { ...sign, input: 'AA'.repeat(32) },
    { ...sign, share: '' },
    { ...sign, share: 5 },
    { ...sign, share: `{"secretShare":"${secret}"` },
    { ...sign, share: `{"salt":"${secret}"}` },
    { ...sign, share: '{"secretShare":""}' },
    { ...sign, share: '{"secretShare":{"a":1}}' },
  ];
  for (const request of refused) {
    const body = bodyOf(request);
    assert.throws(
      () => parseRequest(body),
      (error) => error instanceof RequestError && !error.message.includes('c0ffee'),
      JSON.stringify(request)
    );
    assert.ok(body.every((byte) => byte === 0));
  }
  assert.throws(() => parseRequest(Buffer.from([0x22, 0xff, 0x22])), RequestError);
});

test('what is said about a failure is short, plain and without long runs', () => {
  assert.equal(speakable('Invalid secret share: Out of bounds'), 'Invalid secret share: Out of bounds');
  assert.equal(
    speakable('Invalid string length, expected 32 characters, found: 36'),
    'Invalid string length, expected 32 characters, found: 36'
  );
  assert.ok(!speakable(`bad share ${secret}`).includes('c0ffee'));
  assert.ok(!speakable(`bad share ${'x '.repeat(5)}${secret.slice(0, 24)}`).includes('c0ffee'));
  assert.equal(speakable('a\nb\u001b[31m\u202e'), 'a b [31m ');
  assert.ok(speakable('word '.repeat(1000)).length <= messageMaxCharacters);
  assert.ok(!speakable('word '.repeat(57) + secret).includes('c0ffee'));
  assert.equal(speakable(undefined), 'undefined');
});
