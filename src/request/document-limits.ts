import { AppError } from '../errors.ts';

/** Maximum number of tokens in a GraphQL document; parsing stops there. */
export const maxTokens = 4_000;

/** Far deeper than an operation may go: the parser, and whatever walks its tree, calls itself once for each level. */
const maxNesting = 100;

/** Everything that opens or closes a level, and what holds no levels: block strings, strings and comments. */
const marks = /"""(?:\\"""|[^])*?(?:"""|$)|"(?:\\.|[^"\\\n\r])*"?|#[^\n\r]*|[[({]|[\])}]/g;

/**
 * Refuses a document whose braces, brackets and parentheses are nested too deeply, before it is parsed.
 * @throws OPERATION_TOO_COMPLEX.
 */
export function requireShallow(document: string): void {
  let depth = 0;
  for (const [mark] of document.matchAll(marks)) {
    if (mark === '{' || mark === '[' || mark === '(') depth += 1;
    else if (mark === '}' || mark === ']' || mark === ')') depth -= 1;
    if (depth > maxNesting) {
      throw new AppError('OPERATION_TOO_COMPLEX', `The document is nested too deeply: at most ${maxNesting} levels.`);
    }
  }
}
