// Why this program exists: Dynamic publishes its threshold signer for Node.js only. The console starts this process for
// one request, which arrives on standard input, and reads one answer on standard output (framing.mjs; docs/mpc-helper.md).
// Nothing secret is in its arguments or environment and it writes no file. Standard input stays open: when it closes,
// the console is gone or has lost interest, and this process ends. The library itself can neither be cancelled nor
// times out.

import { Console } from 'node:console';

import { parseRequest, readFrame, RequestError, speakable, writeFrame } from './framing.mjs';
import { LibraryError, loadSigner } from './signer.mjs';

const minimumNode = 20;

// The library's messages must not mix with the answer.
globalThis.console = new Console(process.stderr, process.stderr);
// Node would open its inspector, and with it this process's memory, on this signal.
process.on('SIGUSR1', () => {});

function finish(answer) {
  try {
    writeFrame({ version: 1, ...answer });
  } catch {
    process.exit(3);  // nobody reads any more
  }
  process.exit(0);
}

function fail(code, message) {
  finish({ ok: false, code, message: speakable(message) });
}

// Node prints the source line of an uncaught error; here nothing is printed.
process.on('uncaughtException', () => fail('internal', 'unexpected failure'));

function endWithConsole() {
  const gone = () => process.exit(4);
  process.stdin.on('end', gone).on('close', gone).on('error', gone);
  process.stdin.on('data', () => fail('invalid_request', 'something follows the request'));
}

async function answer(request) {
  const signer = await loadSigner();
  if (request.operation === 'about') {
    return { node: process.versions.node, package: signer.version };
  }
  const scheme = signer[request.scheme];
  try {
    return request.operation === 'derive'
      ? { publicKey: await scheme.derive(request) }
      : { signature: await scheme.sign(request) };
  } catch (error) {
    throw new LibraryError('library', error?.message ?? 'no reason given');
  }
}

try {
  const body = readFrame();
  if (Number.parseInt(process.versions.node, 10) < minimumNode) {
    fail('node_too_old', process.versions.node);
  }
  const request = parseRequest(body);
  endWithConsole();
  finish({ ok: true, ...(await answer(request)) });
} catch (error) {
  const isOurs = error instanceof RequestError || error instanceof LibraryError;
  fail(isOurs ? error.code : 'internal', isOurs ? error.message : 'unexpected failure');
}
