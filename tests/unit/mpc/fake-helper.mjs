// Plays mpc-helper for tests: it records every request beside itself and answers by operation as answers.json, also
// beside it, says. Only fakes write files: the real helper never does.

import { appendFileSync, readFileSync, readSync, writeSync } from 'node:fs';

function take(length) {
  const buffer = Buffer.alloc(length);
  for (let offset = 0; offset < length; ) {
    offset += readSync(0, buffer, offset, length - offset);
  }
  return buffer;
}

const here = (name) => new URL(name, import.meta.url);
const request = JSON.parse(take(take(4).readUInt32BE()).toString());
appendFileSync(here('./requests.jsonl'), `${JSON.stringify(request)}\n`);
process.stderr.write(request.share ?? '');

const answer = JSON.parse(readFileSync(here('./answers.json'), 'utf8'))[request.operation];
if (answer === 'wait') {
  setInterval(() => {}, 1000);
} else if (answer === 'crash') {
  process.kill(process.pid, 'SIGSEGV');
} else if (answer === 'echo') {
  writeSync(1, request.share);
  process.exit(0);
} else {
  const body = Buffer.from(JSON.stringify(answer));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  writeSync(1, Buffer.concat([header, body]));
  process.exit(0);
}
