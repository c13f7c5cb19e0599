import argon2 from 'argon2';
import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { canonicalPassword } from './password-rules.ts';
import { createSemaphore, QueueFullError } from './semaphore.ts';

export interface PasswordSettings {
  readonly memoryKib: number;
  readonly time: number;
  readonly parallelism: number;
  /** How many hashes are computed at once. */
  readonly concurrency: number;
}

export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * Takes the same time whether there is a hash or not: for `null` it verifies against a dummy of the present
   * parameters. @throws SERVICE_UNAVAILABLE where too many hashes are waiting.
   */
  verify(hash: string | null, password: string): Promise<boolean>;
  /** Whether the stored hash is weaker than the present parameters, so that sign-in should replace it. */
  needsRehash(hash: string): boolean;
}

const argon2id = 2 as const;
const longestQueue = 100;
/** No stored hash may make us compute more than this: a row that was tampered with must not stop the server. */
const ceilings = { m: 1_048_576, t: 16, p: 8 };

/** argon2id (RFC 9106; OWASP Password Storage), a few at a time: it would starve the thread pool of everything else. */
export function createPasswords({ memoryKib, time, parallelism, concurrency }: PasswordSettings): Passwords {
  const parameters = { type: argon2id, memoryCost: memoryKib, timeCost: time, parallelism };
  const semaphore = createSemaphore(concurrency, longestQueue);
  const dummy = dummyHash(parameters);

  async function queued<T>(job: () => Promise<T>): Promise<T> {
    try {
      return await semaphore(job);
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      throw new AppError('SERVICE_UNAVAILABLE', 'Too many sign-ins at once. Try again shortly.', {
        retryAfterSeconds: 2,
      });
    }
  }

  const hash = (password: string): Promise<string> =>
    queued(() => argon2.hash(canonicalPassword(password), parameters));

  return {
    hash,
    async verify(stored, password) {
      const usable = stored !== null && isWithinCeilings(stored);
      const matches = await queued(() => argon2.verify(usable ? stored : dummy, canonicalPassword(password)));
      return matches && usable;
    },
    needsRehash: (stored) => argon2.needsRehash(stored, parameters),
  };
}

/** A hash that costs as much to verify as a real one, and that no password has. */
const dummyHash = ({
  memoryCost,
  timeCost,
  parallelism,
}: Record<'memoryCost' | 'timeCost' | 'parallelism', number>): string =>
  `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

function isWithinCeilings(stored: string): boolean {
  const [, found = ''] = /^\$argon2id\$v=19\$([mtp=,\d]+)\$/.exec(stored) ?? [];
  const parameters = new Map(found.split(',').map((pair) => pair.split('=') as [string, string]));
  return Object.entries(ceilings).every(([name, most]) => Number(parameters.get(name)) <= most);
}
