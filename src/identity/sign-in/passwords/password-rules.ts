import { badInput } from '../../../errors.ts';
import { foldPassword, isCommonPassword } from './common-passwords.ts';

/** The owner to whom a password must not be similar. */
export interface PasswordOwner {
  readonly email?: string | null | undefined;
  readonly displayName?: string | null | undefined;
}

const minCharacters = 8;
const maxCharacters = 128;
/** Shorter parts of a name occur in good passwords by chance. */
const minNameCharacters = 4;
/** So few characters besides a name are a number or a mark, and guessed with it. */
const maxExtraCharacters = 4;

/** UTF-16 units: more than any 128 characters have before they are normalised. */
const maxText = 1_024;

/**
 * The same password typed on another keyboard is the same bytes. A text that is no password by its length is left as it
 * is: what normalising costs grows with the square of the length.
 */
export const canonicalPassword = (password: string): string =>
  password.length > maxText ? password : password.normalize('NFKC');

/**
 * The spellings in which a password may have been hashed: ours first, then as it was typed, and composed, as other
 * systems leave it. For nearly every password they are one.
 */
export const passwordSpellings = (password: string): readonly string[] => [
  ...new Set([canonicalPassword(password), password, password.length > maxText ? password : password.normalize('NFC')]),
];

/**
 * Checks a password that a user chooses: no composition rules, but none that is guessed at once (NIST SP 800-63B
 * §3.1.1.2, OWASP Authentication). Length counts characters.
 * @throws BAD_USER_INPUT `too_short`, `too_long`, `common`, or `similar` to the e-mail or the name of its owner.
 */
export type RequireAcceptablePassword = (field: string, password: string, owner?: PasswordOwner) => void;

/** @param contextWords Names of the product and of who runs it, which are guessed here first. */
export const createPasswordRules =
  (contextWords: readonly string[]): RequireAcceptablePassword =>
  (field, password, { email, displayName } = {}) => {
    const text = canonicalPassword(password);
    const characters = Array.from(text).length;
    if (characters < minCharacters)
      throw badInput(field, 'too_short', `A password must have at least ${minCharacters} characters.`);
    if (characters > maxCharacters)
      throw badInput(field, 'too_long', `A password must have at most ${maxCharacters} characters.`);
    if (isSimilar(text, [email, email?.split('@')[0], displayName, ...(displayName?.split(/\s+/) ?? [])]))
      throw badInput(field, 'similar', 'This password is too similar to the e-mail or the name: choose another.');
    if (isCommonPassword(text) || isOneCharacter(text) || isSimilar(text, contextWords))
      throw badInput(field, 'common', 'This password is too common: choose another.');
  };

const isOneCharacter = (text: string): boolean => new Set(text.toLowerCase()).size === 1;

/**
 * Returns whether a password is a part of one of these names, or little more than one, also with digits for letters.
 */
function isSimilar(password: string, names: ReadonlyArray<string | null | undefined>): boolean {
  const spellings = [plainOf(password), plainOf(foldPassword(password))].filter(
    ({ length }) => length >= minNameCharacters,
  );
  return names.some((name) =>
    [plainOf(name ?? ''), plainOf(foldPassword(name ?? ''))]
      .filter(({ length }) => length >= minNameCharacters)
      .some((plain) => spellings.some((spelling) => isLittleMore(spelling, plain))),
  );
}

const isLittleMore = (password: string, name: string): boolean =>
  name.includes(password) || (password.includes(name) && password.length - name.length < maxExtraCharacters);

/** Reduces a text to letters and digits, in lower case. */
const plainOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
