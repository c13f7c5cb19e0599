/** Far deeper than variables of a client that works; whatever walks the value calls itself once for each level. */
const maxDepth = 100;

const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket, colon] = Array.from(
  '"\\,{}[]:',
  (mark) => mark.charCodeAt(0),
);

/** Returns what makes a JSON text ambiguous or too deep, although it may be parsed; null if nothing does. */
export function problemOf(json: string): 'repeated name' | 'too deep' | null {
  /** The names of each object around, and null for each array. */
  const around: Array<Set<string> | null> = [];
  let isName = false;
  for (let at = 0; at < json.length; at += 1) {
    const mark = json.charCodeAt(at);
    if (mark === quote) {
      const end = endOfString(json, at);
      const names = around.at(-1);
      if (isName && names != null && isRepeated(names, json.slice(at, end + 1))) return 'repeated name';
      at = end;
    } else if (mark === openBrace || mark === openBracket) {
      if (around.push(mark === openBrace ? new Set() : null) > maxDepth) return 'too deep';
      isName = mark === openBrace;
    } else if (mark === closeBrace || mark === closeBracket) around.pop();
    else if (mark === comma) isName = true;
    else if (mark === colon) isName = false;
  }
  return null;
}

/** Finds the quote that ends a string: the first that an even number of backslashes precedes. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end === -1 ? json.length : end;
}

function isEscaped(json: string, at: number): boolean {
  let before = at - 1;
  while (json.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}

function isRepeated(names: Set<string>, written: string): boolean {
  const name = written.includes('\\') ? unescaped(written) : written.slice(1, -1);
  if (names.has(name)) return true;
  names.add(name);
  return false;
}

/** Reads a name as whoever parses the text does, or refuses to. */
function unescaped(written: string): string {
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
}
