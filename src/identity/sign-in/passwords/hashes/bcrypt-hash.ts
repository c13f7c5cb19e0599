import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { requireRange, UnfitHashError, type HashScheme } from './hash-scheme.ts';

/** The cost that JavaScript computes in a second or two; each step more doubles it. */
const cost = { min: 4, max: 15 };
/** bcrypt reads no more of a password (OWASP Password Storage, "Input Limits of bcrypt"). */
const readBytes = 72;
const workerMemoryMb = 32;

// Django and Spring Security store the same behind the name of their encoder.
const spelling = /^(?:bcrypt\$|\{bcrypt\})?(\$2(\w?)\$(\d\d)\$(.+))$/;

/** bcrypt as `$2a$`, `$2b$` and `$2y$`: three names for one function, if it is computed without the old faults. */
export const readBcrypt: HashScheme = (text) => {
  const [, stored, version = '', rounds, rest = ''] = spelling.exec(text) ?? [];
  if (stored === undefined) return null;
  if (!['a', 'b', 'y'].includes(version))
    throw new UnfitHashError('only $2a$, $2b$ and $2y$ of bcrypt are supported: leave the hash out');
  if (!/^[./A-Za-z0-9]{53}$/.test(rest)) throw new UnfitHashError('it is cut or altered: bcrypt has 60 characters');
  requireRange('cost', Number(rounds), cost.min, cost.max);
  return { stored, matches: (password) => compareAside(stored, password) };
};

// WordPress since 6.8.
const wordPressSpelling = /^\$wp(\$2y\$.+)$/;

/**
 * bcrypt over a keyed hash of the password, as WordPress has it since version 6.8: it covers passwords of any length.
 */
export const readWordPress: HashScheme = (text) => {
  const inner = readBcrypt(wordPressSpelling.exec(text)?.[1] ?? '');
  if (inner === null) return null;
  return {
    stored: text,
    matches: (password) => inner.matches(createHmac('sha384', 'wp-sha384').update(password.trim()).digest('base64')),
  };
};

const peppered = '$peppered';

/** bcrypt over the password and a pepper behind it, as Devise makes it if it is told to. */
export const readPeppered: HashScheme = (text) => {
  const inner = text.startsWith(peppered) ? readBcrypt(text.slice(peppered.length)) : null;
  return inner === null ? null : { ...inner, stored: text, isPeppered: true };
};

/** Marks a hash of bcrypt as one that was made with a pepper. @throws UnfitHashError if it is none. */
export function pepperedHash(text: string): string {
  const inner = readBcrypt(text);
  if (inner === null)
    throw new UnfitHashError('only bcrypt is known with a pepper: import this line without --peppered');
  return `${peppered}${inner.stored}`;
}

/** Returns whether the hash covers only the first bytes of this password. */
export const isCutByBcrypt = (stored: string, password: string): boolean =>
  /^(?:\$peppered)?\$2/.test(stored) && Buffer.byteLength(password) > readBytes;

/**
 * Compares in a thread of its own, for JavaScript computes it, and all other requests would wait. The thread lasts for
 * one hash: after its first sign-in an account needs it no more.
 */
async function compareAside(stored: string, password: string): Promise<boolean> {
  const worker = new Worker(new URL('bcrypt-worker.ts', import.meta.url), {
    workerData: { stored, password },
    resourceLimits: { maxOldGenerationSizeMb: workerMemoryMb },
  });
  try {
    const [matches] = (await once(worker, 'message')) as [boolean];
    return matches;
  } finally {
    await worker.terminate();
  }
}
