import { createCipheriv, timingSafeEqual } from 'node:crypto';
import { fromBase64, requireHash, requireSalt, toBase64, UnfitHashError, type HashScheme } from './hash-scheme.ts';
import { costText, deriveKey, requireScryptCost, type ScryptCost } from './scrypt-hash.ts';

/** The parameters with which a Firebase project hashes all its passwords. The signer key is a secret. */
export interface FirebaseParameters {
  readonly signerKey: Buffer;
  readonly saltSeparator: Buffer;
  /** `r` of scrypt. */
  readonly rounds: number;
  /** log2 of scrypt's `N`. */
  readonly memCost: number;
}

const keyBytes = 32;
/** Compares so much of the key stream: more bytes than a key has would tell no more. */
const verifierBytes = 32;
const counter = Buffer.alloc(16);
const spelling = /^\$firebase-scrypt\$ln=(\d+),r=(\d+),p=1\$([^$]+)\$([^$]+)$/;

/**
 * Firebase's scrypt (github.com/firebase/scrypt), in the form of `firebaseHash`, and as Supabase and Kratos write it.
 */
export const readFirebase: HashScheme = (given) => {
  const text = fromSupabase(given) ?? fromKratos(given) ?? given;
  const [all, logN, r, saltText = '', verifierText = ''] = spelling.exec(text) ?? [];
  if (all === undefined) return null;
  const cost = { logN: Number(logN), r: Number(r), p: 1 };
  requireScryptCost(cost);
  const salt = requireSalt(fromBase64(saltText));
  const verifier = requireHash(fromBase64(verifierText));
  return {
    stored: text,
    matches: async (password) => {
      const found = await keyStream(password, salt, cost, verifier.length);
      return timingSafeEqual(found, verifier);
    },
  };
};

/**
 * A hash of Firebase in the form in which it is stored. There it is the project's signer key, encrypted (AES-256-CTR)
 * with what scrypt makes of the password. Taking the signer key off leaves the bare key stream: it proves a password as
 * well, and neither the row nor the database holds the signer key.
 * @param hash, salt - base64, as exported for each user.
 * @throws UnfitHashError if the hash cannot be of this project.
 */
export function firebaseHash(parameters: FirebaseParameters, hash: string, salt: string): string {
  const { signerKey, saltSeparator, rounds, memCost } = parameters;
  const encrypted = fromBase64(hash);
  if (encrypted.length !== signerKey.length)
    throw new UnfitHashError(
      `it has ${encrypted.length} bytes, and the signer key has ${signerKey.length}: give the parameters of the project that exported it`,
    );
  const stream = encrypted.map((byte, index) => byte ^ (signerKey[index] ?? 0)).subarray(0, verifierBytes);
  const wholeSalt = Buffer.concat([requireSalt(fromBase64(salt)), saltSeparator]);
  const cost = { logN: memCost, r: rounds, p: 1 };
  return `$firebase-scrypt$${costText(cost)}$${toBase64(wholeSalt)}$${toBase64(Buffer.from(stream))}`;
}

const supabaseSpelling = /^\$fbscrypt\$v=1,n=(\d+),r=(\d+),p=1(?:,ss=([^,$]*))?(?:,sk=([^,$]+))?\$([^$]+)\$([^$]+)$/;
const kratosSpelling = /^\$firescrypt\$ln=(\d+),r=(\d+),p=1\$([^$]+)\$([^$]+)\$([^$]*)\$([^$]+)$/;

function fromSupabase(text: string): string | null {
  const [all, n, r, separator = '', key = '', salt = '', hash = ''] = supabaseSpelling.exec(text) ?? [];
  return all === undefined ? null : firebaseHash(parametersOf({ n, r, separator, key }), hash, salt);
}

function fromKratos(text: string): string | null {
  const [all, n, r, salt = '', hash = '', separator = '', key = ''] = kratosSpelling.exec(text) ?? [];
  return all === undefined ? null : firebaseHash(parametersOf({ n, r, separator, key }), hash, salt);
}

const parametersOf = ({
  n,
  r,
  separator,
  key,
}: Record<'n' | 'r', string | undefined> & Record<'separator' | 'key', string>): FirebaseParameters => ({
  signerKey: fromBase64(key),
  saltSeparator: Buffer.from(separator, 'base64'),
  rounds: Number(r),
  memCost: Number(n),
});

async function keyStream(password: string, salt: Buffer, cost: ScryptCost, length: number): Promise<Buffer> {
  const key = await deriveKey(password, salt, cost, keyBytes);
  return createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(length));
}
