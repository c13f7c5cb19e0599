import { readFileSync } from 'node:fs';
import { badInput } from '../../errors.ts';

/** Whose password it is to be. */
export interface PasswordOwner {
  readonly email?: string | null | undefined;
  readonly displayName?: string | null | undefined;
}

const shortest = 8;
const longest = 128;
/** Shorter parts of a name stand in many a good password by chance. */
const shortestPart = 4;
/** So few characters besides a name are a number or a mark, and guessed with it. */
const fewCharacters = 4;

/** What is tried first, in lower case, eight characters and longer; one in each line. */
const common = new Set(
  readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== ''),
);

/** UTF-16 units: more than any 128 characters have before they are normalised. */
const longestText = 1_024;

/**
 * The same password typed on another keyboard is the same bytes. A text that is no password by its length is left as it
 * is: what normalising costs grows with the square of the length.
 */
export const canonicalPassword = (password: string): string =>
  password.length > longestText ? password : password.normalize('NFKC');

/**
 * The spellings in which a password may have been hashed: ours first, then as it was typed, and composed, as other
 * systems leave it. For nearly every password they are one.
 */
export const passwordSpellings = (password: string): readonly string[] => [
  ...new Set([
    canonicalPassword(password),
    password,
    password.length > longestText ? password : password.normalize('NFC'),
  ]),
];

/**
 * No composition rules, but no password that is guessed at once (NIST SP 800-63B §5.1.1.2, OWASP Authentication).
 * Length counts characters.
 * @throws BAD_USER_INPUT `too_short`, `too_long`, `common`, or `similar` to the address or the name of its owner.
 */
export function requirePassword(field: string, password: string, owner: PasswordOwner = {}): void {
  const text = canonicalPassword(password);
  const characters = Array.from(text).length;
  if (characters < shortest) throw badInput(field, 'too_short', `A password has at least ${shortest} characters.`);
  if (characters > longest) throw badInput(field, 'too_long', `A password has at most ${longest} characters.`);
  if (common.has(text.toLowerCase()) || isOneCharacter(text))
    throw badInput(field, 'common', 'This password is one of those that are guessed first: choose another.');
  if (isSimilar(text, owner))
    throw badInput(field, 'similar', 'This password is too similar to the address or the name: choose another.');
}

const isOneCharacter = (text: string): boolean => new Set(text.toLowerCase()).size === 1;

function isSimilar(password: string, { email, displayName }: PasswordOwner): boolean {
  const plain = plainOf(password);
  if (plain.length < shortestPart) return false;
  const names = [email, email?.split('@')[0], displayName, ...(displayName?.split(/\s+/) ?? [])];
  return names
    .map((name) => plainOf(name ?? ''))
    .filter((name) => name.length >= shortestPart)
    .some((name) => name.includes(plain) || (plain.includes(name) && plain.length - name.length < fewCharacters));
}

/** Letters and digits alone, in lower case. */
const plainOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
