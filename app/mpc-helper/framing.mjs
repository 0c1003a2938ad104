// Why this module exists: what travels between the console and this process is one frame each way, and both are
// bounded before anything looks inside. A frame is a 4-byte big-endian length and that many bytes of UTF-8 JSON.

import { readSync, writeSync } from 'node:fs';

export const headerBytes = 4;
/** A share of 256 KiB, escaped at its worst, and the rest of the request. */
export const requestMaxBytes = 2 * 1024 * 1024;
export const answerMaxBytes = 16 * 1024;
export const messageMaxCharacters = 300;

/** A request that cannot be accepted; message says why and never quotes the request. */
export class RequestError extends Error {
  constructor(message, code = 'invalid_request') {
    super(message);
    this.code = code;
  }
}

/** Fills buffer from read(buffer, offset), which returns the number of bytes, 0 at the end. */
function fill(buffer, read) {
  for (let offset = 0; offset < buffer.length; ) {
    const count = read(buffer, offset);
    if (count === 0) {
      throw new RequestError('the request ends early');
    }
    offset += count;
  }
  return buffer;
}

/**
 * The body of one frame, in a buffer of its own (never Node's pool) that the caller wipes. Reads synchronously and
 * not a byte further, so that no stream keeps copies.
 */
export function readFrame(read = (buffer, offset) => readSync(0, buffer, offset, buffer.length - offset)) {
  const length = fill(Buffer.alloc(headerBytes), read).readUInt32BE();
  if (length === 0 || length > requestMaxBytes) {
    throw new RequestError('the length of the request is not acceptable');
  }
  const body = Buffer.alloc(length);
  try {
    return fill(body, read);
  } catch (error) {
    body.fill(0);
    throw error;
  }
}

export function encodeFrame(answer) {
  const body = Buffer.from(JSON.stringify(answer), 'utf8');
  if (body.length > answerMaxBytes) {
    throw new RangeError('the answer is too long');
  }
  const frame = Buffer.alloc(headerBytes + body.length);
  frame.writeUInt32BE(body.length);
  body.copy(frame, headerBytes);
  return frame;
}

export function writeFrame(answer, write = (buffer, offset) => writeSync(1, buffer, offset, buffer.length - offset)) {
  const frame = encodeFrame(answer);
  for (let offset = 0; offset < frame.length; ) {
    offset += write(frame, offset);
  }
}

/**
 * What may be told about a failure: one line, printable ASCII, short, and without any long run of letters and
 * digits, because such a run could be a piece of the share.
 */
export function speakable(text) {
  return String(text)
    .slice(0, 4 * messageMaxCharacters)
    .replace(/[^\x20-\x7e]/g, ' ')
    .replace(/[A-Za-z0-9+/=]{24,}/g, '[...]')
    .slice(0, messageMaxCharacters);
}

const members = {
  about: [],
  derive: ['scheme', 'share', 'path'],
  sign: ['scheme', 'share', 'path', 'roomId', 'relayDomain', 'input'],
};

function demand(holds, message) {
  if (!holds) {
    throw new RequestError(message);
  }
}

function isText(value, maxCharacters) {
  return typeof value === 'string' && value.length > 0 && value.length <= maxCharacters;
}

/** The secretShare of a share object's text, or the text itself where it is no object. */
function secretShareOf(text) {
  if (!text.trimStart().startsWith('{')) {
    return text;
  }
  let share;
  try {
    share = JSON.parse(text);
  } catch {
    // JSON.parse quotes what it could not read: its message must not travel on.
    throw new RequestError('the share is not valid JSON', 'share_form');
  }
  if (!Object.hasOwn(share, 'secretShare') || !isText(share.secretShare, requestMaxBytes)) {
    throw new RequestError('the share has no secretShare', 'share_form');
  }
  return share.secretShare;
}

/**
 * The request in a frame's body, checked member by member; nothing that is not named here is accepted. input and
 * room are left to the library where it has its own opinion. body is wiped, whatever happens. JavaScript's strings
 * cannot be: the share stays in this process's memory until it ends, which is soon.
 */
export function parseRequest(body) {
  let request;
  try {
    request = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new RequestError('the request is not valid JSON');
  } finally {
    body.fill(0);
  }
  demand(typeof request === 'object' && request !== null && !Array.isArray(request), 'the request is no object');
  demand(request.version === 1, 'the version of the request is unknown');
  demand(typeof request.operation === 'string' && Object.hasOwn(members, request.operation), 'the operation is unknown');
  const expected = ['version', 'operation', ...members[request.operation]];
  demand(
    Object.keys(request).length === expected.length && expected.every((name) => Object.hasOwn(request, name)),
    'the members of the request are not those of its operation'
  );
  if (request.operation === 'about') {
    return Object.freeze({ operation: 'about' });
  }
  const { operation, scheme, share, path, roomId, relayDomain, input } = request;
  demand(scheme === 'ecdsa' || scheme === 'ed25519', 'the scheme is unknown');
  demand(isText(share, requestMaxBytes), 'the share is no text');
  demand(
    Array.isArray(path) &&
      path.length <= 16 &&
      path.every((step) => Number.isInteger(step) && step >= 0 && step <= 0xffffffff),
    'the path is no list of 32-bit numbers'
  );
  if (operation === 'sign') {
    demand(isText(roomId, 64), 'the room is no text');
    demand(isText(relayDomain, 260), 'the relay is no text');
    demand(typeof input === 'string' && /^(?:[0-9a-f]{2})+$/.test(input), 'the input is not hexadecimal');
    demand(scheme !== 'ecdsa' || input.length === 64, 'the digest has not 32 bytes');
  }
  return Object.freeze({
    operation,
    scheme,
    path: Uint32Array.from(path),
    roomId,
    relayDomain,
    input,
    secretShare: secretShareOf(share),
  });
}
