import { badInput } from '../errors.ts';
import { requireText } from './input.ts';

/** The most that a pattern may repeat itself, in characters compared in vain at each place of a text. */
const maxRepetition = 16;

/**
 * Checks a text that is looked for anywhere in rows. PostgreSQL compares it at every place anew: one such as `yyy…yz`
 * costs its own length at each place of a text of `y`s, and others may write such texts.
 * @throws BAD_USER_INPUT as `requireText` does, or `repetitive`.
 */
export function requirePattern(field: string, text: string, maxCharacters: number): string {
  const pattern = requireText(field, text, maxCharacters);
  if (repetitionOf(pattern.toLowerCase()) <= maxRepetition) return pattern;
  throw badInput(field, 'repetitive', `\`${field}\` repeats itself too often. Search for a shorter text.`);
}

/**
 * Computes how many characters a text has in common with its own beginning, at each place on average (the Z-function):
 * near 0 for words, half the length for a repeated letter.
 */
function repetitionOf(text: string): number {
  let sum = 0;
  for (let start = 1; start < text.length; start += 1) {
    let length = 0;
    while (start + length < text.length && text[length] === text[start + length]) length += 1;
    sum += length;
  }
  return sum / text.length;
}
