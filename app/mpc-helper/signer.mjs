// Why this module exists: Dynamic's library also exports, imports and reshares keys. Here it is loaded, and only four
// of its functions leave this module: sign and derive, for the two schemes of delegated wallets.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const packageName = '@dynamic-labs-wallet/node';
const nativePart = '#internal/node';

/** Our package.json and node_modules lie here; a library somewhere else does not count. */
const folder = fileURLToPath(new URL('./', import.meta.url));

/** The library cannot be used here; code is one of library_missing, library_version, unsupported_platform. */
export class LibraryError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The installed manifest; its version must be the one of our package.json: another one may mean other things by a name. */
function checkedManifest(packageFile) {
  const expected = readJson(`${folder}package.json`).dependencies[packageName];
  let manifest;
  try {
    manifest = readJson(packageFile);
  } catch {
    throw new LibraryError('library_missing', `${packageName} is not installed`);
  }
  if (manifest.version !== expected) {
    throw new LibraryError('library_version', `${packageName} ${expected} is needed, not ${manifest.version}`);
  }
  return manifest;
}

function loadFailure(error) {
  // The package brings native code for Linux with glibc and for macOS and says "unsupported system" elsewhere; where
  // the dynamic loader refuses it (musl), Node says ERR_DLOPEN_FAILED.
  if (error?.code === 'ERR_DLOPEN_FAILED' || /unsupported|unknown (system|arch)/i.test(String(error?.message))) {
    return new LibraryError('unsupported_platform', `no native code for ${process.platform} ${process.arch}`);
  }
  return new LibraryError('library_missing', `${packageName} does not load: ${error?.code ?? 'unknown reason'}`);
}

/**
 * A function (scheme, relay) that makes the library's signer.
 *
 * "#internal/node", the part around the native code, is a name that the package's own manifest gives it (field
 * "imports") and that whatever lies inside the package may use, so Node is asked in the manifest's place; it costs a
 * tenth of the time of the whole package and brings neither an HTTP nor an enclave client. Should the name be gone, the
 * package's public entry leads to the same classes.
 */
async function loadLibrary(packageFile, manifest) {
  try {
    if (manifest.imports?.[nativePart] !== undefined) {
      const { Ecdsa, ExportableEd25519 } = createRequire(packageFile)(nativePart);
      return (scheme, relay) => (scheme === 'ecdsa' ? new Ecdsa(relay) : new ExportableEd25519(relay));
    }
    const { getMPCSigner } = await import(packageName);
    return (scheme, relay) => getMPCSigner({ chainName: scheme === 'ecdsa' ? 'EVM' : 'SVM', baseRelayUrl: relay });
  } catch (error) {
    throw loadFailure(error);
  }
}

function toHex(bytes) {
  return Buffer.from(bytes).toString('hex');
}

export async function loadSigner() {
  const packageFile = `${folder}node_modules/${packageName}/package.json`;
  const manifest = checkedManifest(packageFile);
  const signerOf = await loadLibrary(packageFile, manifest);
  return Object.freeze({
    version: manifest.version,
    ecdsa: Object.freeze({
      /** 04 ‖ x ‖ y in hexadecimal; the library's class takes no compressed key. */
      async derive({ secretShare, path }) {
        return toHex((await signerOf('ecdsa').derivePubkey(secretShare, path)).serializeUncompressed());
      },
      /** r ‖ s ‖ v in hexadecimal, v 27 to 30, as the ceremony gave it. input: the digest, 64 hex digits. */
      async sign({ roomId, relayDomain, secretShare, input, path }) {
        // What the library's MessageHash is for the signer; the public entry does not hand the class out everywhere.
        const digest = Object.freeze({ toHex: () => input });
        const { r, s, v } = await signerOf('ecdsa', relayDomain).sign(roomId, secretShare, digest, path);
        return toHex([...r, ...s, v]);
      },
    }),
    ed25519: Object.freeze({
      /** 32 bytes in hexadecimal. */
      async derive({ secretShare }) {
        const key = await signerOf('ed25519').getPubkey(secretShare);
        return typeof key === 'string' ? key.toLowerCase() : toHex(key);
      },
      /** 64 bytes in hexadecimal; the library knows no path here. input: the message, hexadecimal. */
      async sign({ roomId, relayDomain, secretShare, input }) {
        return toHex(await signerOf('ed25519', relayDomain).sign(roomId, secretShare, input));
      },
    }),
  });
}
