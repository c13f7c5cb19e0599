/** What differs at each run. A text in a page such as `<first refresh token>` ends in one of these names. */
const kinds: ReadonlyArray<readonly [string, RegExp]> = [
  [' id>', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ['date>', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ['access token>', /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/],
  ['refresh token>', /^spr_[\w-]{70}$/],
];

/**
 * Compares answers with what a page shows: the function returns what was found, with placeholders where they stand
 * for it. One placeholder stands for one value throughout, and no two for the same.
 */
export function createPlaceholders() {
  const values = new Map<string, string>();

  function standsFor(placeholder: string, value: string): boolean {
    const kind = placeholder.startsWith('<') ? kinds.find(([name]) => placeholder.endsWith(name)) : undefined;
    if (kind === undefined || !kind[1].test(value)) return false;
    if (!values.has(placeholder) && ![...values.values()].includes(value)) values.set(placeholder, value);
    return values.get(placeholder) === value;
  }

  return function isAs(shown: unknown, found: unknown): unknown {
    if (typeof shown === 'string' && typeof found === 'string') return standsFor(shown, found) ? shown : found;
    if (Array.isArray(shown) && Array.isArray(found)) return found.map((item, index) => isAs(shown[index], item));
    if (!isRecord(shown) || !isRecord(found)) return found;
    return Object.fromEntries(Object.entries(found).map(([key, value]) => [key, isAs(shown[key], value)]));
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
