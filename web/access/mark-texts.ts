import type { Mark } from './matrix.ts';

interface MarkText {
  readonly sign: string;
  readonly word: string;
  readonly sentence: string;
}

/** The sign and the text of each mark; the sign differs by shape, so that nothing hangs on colour. */
export const markTexts: Readonly<Record<Mark, MarkText>> = {
  ALLOWED: { sign: '●', word: 'allowed', sentence: 'Allowed for every object.' },
  DEPENDS_ON_OBJECT: { sign: '◐', word: 'depends', sentence: 'Depends on the object: its policy decides on each one.' },
  DENIED: { sign: '○', word: 'denied', sentence: 'Denied, whatever the object.' },
  UNGUARDED: { sign: '!', word: 'unguarded', sentence: 'Open, and nothing in the schema says that it is meant to be.' },
};
