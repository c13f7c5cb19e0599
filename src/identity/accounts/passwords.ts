import argon2 from 'argon2';
import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { addressKey } from '../../limits/address-key.ts';
import { createFairQueue, QueueFullError } from '../../limits/fair-queue.ts';
import { isCutByBcrypt } from './password-hashes/bcrypt-hash.ts';
import { toBase64, UnfitHashError, type ReadHash } from './password-hashes/hash-scheme.ts';
import { readHash } from './password-hashes/read-hash.ts';
import { canonicalPassword, passwordSpellings } from './password-rules.ts';

export interface PasswordSettings {
  readonly memoryKib: number;
  readonly time: number;
  readonly parallelism: number;
  /** How many hashes are computed at once. */
  readonly concurrency: number;
}

/** For whom a hash is computed; the addresses are served in turn, one subscriber's as one. */
export interface PasswordCaller {
  readonly ip: string | null;
}

/** Both throw SERVICE_UNAVAILABLE where too many hashes are waiting, of everybody or of this caller. */
export interface Passwords {
  hash(password: string, caller: PasswordCaller): Promise<string>;
  /**
   * Takes the same time whether there is a hash of our own or none: for `null`, and for one that must not be computed,
   * it verifies against a dummy of the present parameters.
   */
  verify(hash: string | null, password: string, caller: PasswordCaller): Promise<boolean>;
  /**
   * Whether the stored hash is of another scheme or other parameters than the present ones, so that a sign-in by this
   * password should replace it. One that covers the beginning of the password alone stays: nobody knows whether the
   * rest was typed rightly.
   */
  needsRehash(hash: string, password: string): boolean;
}

const argon2id = 2 as const;
const limits = { longest: 200, longestOfOne: 50 };

/** argon2id (RFC 9106; OWASP Password Storage), a few at a time: it would starve the thread pool of everything else. */
export function createPasswords({ memoryKib, time, parallelism, concurrency }: PasswordSettings): Passwords {
  const parameters = { type: argon2id, memoryCost: memoryKib, timeCost: time, parallelism };
  const queue = createFairQueue({ concurrency, ...limits });
  const dummy = readHash(dummyHash(parameters));

  async function queued<T>({ ip }: PasswordCaller, job: () => Promise<T>): Promise<T> {
    try {
      return await queue(ip === null ? '' : addressKey(ip), job);
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      throw new AppError('SERVICE_UNAVAILABLE', 'Too many sign-ins at once. Try again shortly.', {
        retryAfterSeconds: 2,
      });
    }
  }

  const hash = (password: string, caller: PasswordCaller): Promise<string> =>
    queued(caller, () => argon2.hash(canonicalPassword(password), parameters));

  return {
    hash,
    async verify(stored, password, caller) {
      const found = stored === null ? null : readSafely(stored);
      const matches = await queued(caller, () => matchesAny(found ?? dummy, passwordSpellings(password)));
      return matches && found !== null;
    },
    needsRehash: (stored, password) =>
      stored.startsWith('$argon2id$') ? argon2.needsRehash(stored, parameters) : !isCutByBcrypt(stored, password),
  };
}

/** A hash that costs as much to verify as a real one, and that no password has. */
const dummyHash = ({
  memoryCost,
  timeCost,
  parallelism,
}: Record<'memoryCost' | 'timeCost' | 'parallelism', number>): string =>
  `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`;

function readSafely(stored: string): ReadHash | null {
  try {
    return readHash(stored);
  } catch (error) {
    if (error instanceof UnfitHashError) return null;
    throw error;
  }
}

async function matchesAny({ matches }: ReadHash, spellings: readonly string[]): Promise<boolean> {
  for (const spelling of spellings) if (await matches(spelling)) return true;
  return false;
}
