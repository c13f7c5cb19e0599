import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where a run of the suite keeps what it used and what was logged; `after-all.js` compares them at the end. */
const folder = process.env['SALLYPORT_TEST_WITNESS'];

/** Shorter ones would be found in any text. */
const minSecretCharacters = 12;
const named = /(password|token|secret|authorization|cookie|api-?key)$/i;
const known = new Set<string>();

/** Notes every secret in what a client sends or gets: values under a name that tells, however deep. */
export function noteSecrets(value: unknown, name = ''): void {
  if (folder === undefined) return;
  if (typeof value === 'string') {
    if (named.test(name))
      for (const part of value.split(/; */)) noteSecret(part.replace(/^(Bearer +|Basic +|[\w-]+=)/i, ''));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) noteSecrets(part, Array.isArray(value) ? name : key);
}

/** Secrets that stand in a document as literals. */
export function noteLiterals(document: string): void {
  for (const [, name = '', text = ''] of document.matchAll(/\b(\w{1,60}): *"([^"\\]+)"/g)) noteSecrets(text, name);
}

/** The values of cookies that a server sets. */
export function noteCookies(headers: Headers): void {
  for (const cookie of headers.getSetCookie())
    noteSecrets(cookie.slice(cookie.indexOf('=') + 1).split(';', 1)[0], 'cookie');
}

function noteSecret(text: string): void {
  if (text.length < minSecretCharacters || known.has(text)) return;
  known.add(text);
  write('secrets', JSON.stringify(text));
}

export function noteLogged(lines: readonly string[]): void {
  if (folder !== undefined && lines.length > 0) write('logged', lines.map((line) => line.trimEnd()).join('\n'));
}

function write(kind: string, text: string): void {
  mkdirSync(folder ?? '', { recursive: true });
  appendFileSync(join(folder ?? '', `${process.pid}.${kind}`), `${text}\n`);
}
