import { createHash, timingSafeEqual } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { requireRange, type HashScheme } from './hash-scheme.ts';

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Binary logarithm of the number of rounds: Drupal's default is 15, and 16 takes a tenth of a second. */
const rounds = { min: 7, max: 16 };
/** Rounds in a row, before others get their turn. */
const roundsAtOnce = 4_096;
/** Drupal stores so many characters and no more. */
const drupalLength = 55;
const spelling = /^\$([PHS])\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]+)$/;

/** Portable hashes of PHP (phpass) as WordPress and phpBB have them, by MD5, and as Drupal 7 has them, by SHA-512. */
export const readPhpass: HashScheme = (text) => {
  const [all, mark = '', cost = '', salt = '', hash = ''] = spelling.exec(text) ?? [];
  if (all === undefined) return null;
  const digest = mark === 'S' ? 'sha512' : 'md5';
  requireRange('length', text.length, mark === 'S' ? drupalLength : 34, mark === 'S' ? drupalLength : 34);
  const logRounds = requireRange('cost', alphabet.indexOf(cost), rounds.min, rounds.max);
  return {
    stored: text,
    matches: async (password) => {
      const found = encode(await iterate(digest, salt, password, 2 ** logRounds)).slice(0, hash.length);
      return timingSafeEqual(Buffer.from(found), Buffer.from(hash));
    },
  };
};

async function iterate(digest: string, salt: string, password: string, times: number): Promise<Buffer> {
  let found = createHash(digest).update(`${salt}${password}`).digest();
  for (let done = 0; done < times; done += 1) {
    if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();
    found = createHash(digest).update(found).update(password).digest();
  }
  return found;
}

/** The base64 of crypt(3): six bits at a time from the lower end, three bytes by three. */
function encode(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const held = Math.min(3, bytes.length - at);
    const group = bytes.readUIntLE(at, held);
    for (let index = 0; index <= held; index += 1) text += alphabet[(group >> (6 * index)) & 63] ?? '';
  }
  return text;
}
