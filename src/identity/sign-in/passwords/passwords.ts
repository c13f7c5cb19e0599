import argon2 from 'argon2';
import { randomBytes } from 'node:crypto';
import { AppError } from '../../../errors.ts';
import { createFairQueue, QueueFullError } from '../../../limits/fair-queue.ts';
import { sharesOf } from '../../../limits/queue-shares.ts';
import { isCutByBcrypt } from './hashes/bcrypt-hash.ts';
import { toBase64, UnfitHashError, type ReadHash } from './hashes/hash-scheme.ts';
import { readHash } from './hashes/read-hash.ts';
import {
  canonicalPassword,
  createPasswordRules,
  passwordSpellings,
  type RequireAcceptablePassword,
} from './password-rules.ts';

export interface PasswordSettings {
  readonly memoryKib: number;
  readonly time: number;
  readonly parallelism: number;
  /** Maximum number of hashes that are computed at once. */
  readonly concurrency: number;
  /** Names of the product and of who runs it: no password may be one of them. */
  readonly contextWords: readonly string[];
  /** The pepper of imported hashes, which stands behind each password; without it none of them matches. */
  readonly pepper?: string | undefined;
}

/** The client for whom a hash is computed. IP addresses are served in turn, those of one subscriber as one. */
export interface PasswordCaller {
  readonly ipAddress: string | null;
}

/** Both `hash` and `verify` throw SERVICE_UNAVAILABLE if too many hashes are waiting, of all clients or of this one. */
export interface Passwords {
  readonly requireFit: RequireAcceptablePassword;
  hash(password: string, caller: PasswordCaller): Promise<string>;
  /**
   * Verifies in the same time with a hash of our own or without one: for `null`, and for one that must not be computed,
   * it verifies against a dummy of the present parameters.
   */
  verify(hash: string | null, password: string, caller: PasswordCaller): Promise<boolean>;
  /**
   * Returns whether the stored hash is of another scheme or other parameters than the present ones: a sign-in by this
   * password should replace it then. One that covers only the beginning of the password stays: it is not known whether
   * the rest was typed rightly.
   */
  needsRehash(hash: string, password: string): boolean;
}

const argon2id = 2 as const;
const maxWaiting = 200;

/** argon2id (RFC 9106; OWASP Password Storage), a few at a time: it would starve the thread pool of everything else. */
export function createPasswords({
  memoryKib,
  time,
  parallelism,
  concurrency,
  contextWords,
  pepper,
}: PasswordSettings): Passwords {
  const parameters = { type: argon2id, memoryCost: memoryKib, timeCost: time, parallelism };
  const queue = createFairQueue({ concurrency, maxWaiting });
  const dummy = readHash(dummyHash(parameters));

  async function queued<T>(caller: PasswordCaller, job: () => Promise<T>): Promise<T> {
    try {
      return await queue(() => sharesOf({ ipAddress: caller.ipAddress }), job);
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      throw new AppError('SERVICE_UNAVAILABLE', 'Too many sign-ins at once. Try again shortly.', {
        retryAfterSeconds: 2,
        cause: error,
      });
    }
  }

  const hash = (password: string, caller: PasswordCaller): Promise<string> =>
    queued(caller, async () => inPhcOrder(await argon2.hash(canonicalPassword(password), parameters)));

  return {
    requireFit: createPasswordRules(contextWords),
    hash,
    async verify(stored, password, caller) {
      // No account has an empty password, whatever an imported hash says.
      const known = stored === null || password === '' ? null : readSafely(stored);
      const found = known?.isPeppered === true && pepper === undefined ? null : known;
      const behind = found?.isPeppered === true ? (pepper ?? '') : '';
      const spellings = passwordSpellings(password).map((spelling) => spelling + behind);
      const matches = await queued(caller, () => matchesAny(found ?? dummy, spellings));
      return matches && found !== null;
    },
    needsRehash: (stored, password) =>
      stored.startsWith('$argon2id$') ? argon2.needsRehash(stored, parameters) : !isCutByBcrypt(stored, password),
  };
}

/**
 * Puts the parameters into the order that the PHC string of argon2 prescribes, m, t, p: some verifiers read no other.
 */
const inPhcOrder = (hash: string): string => hash.replace(/\$(m=\d+),(p=\d+),(t=\d+)\$/, '$$$1,$3,$2$$');

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
