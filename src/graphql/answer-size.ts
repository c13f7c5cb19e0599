/** Deeper than an operation may go, with room for values of JSON; writing JSON calls itself once for each level. */
const maxDepth = 200;

/**
 * Tells whether a value is too large for an answer: it would take more bytes as JSON, or is nested too deeply to be
 * written.
 */
export const exceeds = (value: unknown, maxBytes: number): boolean =>
  // Most answers are far from the limit, which shows without a look at every character.
  mayExceed(value, maxBytes, maxBytesOf) && mayExceed(value, maxBytes, bytesOf);

/** Counts as `JSON.stringify` writes, and stops as soon as nothing is left. */
function mayExceed(value: unknown, maxBytes: number, sizeOf: (text: string) => number): boolean {
  let left = maxBytes;
  return take(value, 0);

  function take(part: unknown, depth: number): boolean {
    if (typeof part === 'string') return spend(sizeOf(part));
    if (typeof part !== 'object' || part === null) return spend(String(part).length);
    if (depth > maxDepth) return true;
    if (Array.isArray(part)) {
      if (spend(2 + part.length)) return true;
      for (const item of part) if (take(item, depth + 1)) return true;
      return false;
    }
    for (const key in part) {
      const property = (part as Record<string, unknown>)[key];
      if (property !== undefined && (spend(sizeOf(key) + 2) || take(property, depth + 1))) return true;
    }
    return spend(2);
  }

  function spend(bytes: number): boolean {
    left -= bytes;
    return left < 0;
  }
}

/** The most bytes that a string can take with its quotes: of each unit of UTF-16 six, if it has to be escaped. */
const maxBytesOf = (text: string): number => 6 * text.length + 2;

const escaped = /["\\\p{Cc}\p{Cs}]/u;

/** The bytes of a string with its quotes; what has to be escaped is written out to be counted. */
const bytesOf = (text: string): number =>
  escaped.test(text) ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2;
