import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The passwords that are guessed first, folded: the first four bytes of SHA-256 of each, in ascending order. One in
 * 50,000 other passwords is taken for one of them. `.ci/common-passwords.mjs` makes the file.
 */
const prints = readFileSync(new URL('common-passwords.bin', import.meta.url));
const printBytes = 4;

/** The number of common passwords that are known. */
export const commonPasswords = prints.length / printBytes;

/** Letters that are written as digits and marks. `l` and `i` are one, for `1` and `!` stand for both. */
const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '|': 'i',
  l: 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
  '+': 't',
  '8': 'b',
  '9': 'g',
};
const minWordCharacters = 4;

/**
 * Folds a password to the word that it was made of: lower case, without digits and marks at its end, with letters for
 * digits. `P@ssw0rd2024!` and `password` are one.
 */
export function foldPassword(password: string): string {
  const lower = password.toLowerCase();
  const word = lower.replace(/[^\p{L}]+$/u, '');
  return lettersOf(Array.from(word).length < minWordCharacters ? lower : word);
}

/** Returns whether a password is one of those that are guessed first, or is made of one by little. */
export function isCommonPassword(password: string): boolean {
  return isPrinted(foldPassword(password)) || isPrinted(lettersOf(password.toLowerCase()));
}

const lettersOf = (text: string): string => Array.from(text, (character) => letters[character] ?? character).join('');

function isPrinted(folded: string): boolean {
  const print = createHash('sha256').update(folded).digest().readUInt32BE();
  let [low, high] = [0, commonPasswords];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = prints.readUInt32BE(middle * printBytes);
    if (found === print) return true;
    if (found < print) low = middle + 1;
    else high = middle;
  }
  return false;
}
