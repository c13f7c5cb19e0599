import { readArgon2 } from './argon2-hash.ts';
import { readBcrypt, readPeppered, readWordPress } from './bcrypt-hash.ts';
import { readFirebase } from './firebase-hash.ts';
import { UnfitHashError, type HashScheme, type ReadHash } from './hash-scheme.ts';
import { readPbkdf2 } from './pbkdf2-hash.ts';
import { readPhpass } from './phpass-hash.ts';
import { readScrypt } from './scrypt-hash.ts';

const schemes: readonly HashScheme[] = [
  readArgon2,
  readBcrypt,
  readPeppered,
  readWordPress,
  readScrypt,
  readPbkdf2,
  readFirebase,
  readPhpass,
];
const maxHash = 2_048;

/**
 * Reads a password hash of any scheme that there is, our own and those of systems from which accounts were imported.
 * The import and every sign-in ask here, so that what was let in is what will be computed, and no more.
 * @throws UnfitHashError if no scheme knows it, or if computing it would take more than its scheme's ceilings: a row
 * that was tampered with must not stop the server.
 */
export function readHash(text: string): ReadHash {
  if (text.length > maxHash) throw new UnfitHashError(`it is longer than ${maxHash} characters`);
  for (const read of schemes) {
    const found = read(text);
    if (found !== null) return found;
  }
  throw new UnfitHashError(
    'its form is unknown: give bcrypt ($2b$…), scrypt ($scrypt$ln=…), pbkdf2 ($pbkdf2-sha256$… or pbkdf2_sha256$…) or argon2 ($argon2id$…)',
  );
}
