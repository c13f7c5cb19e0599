import type { IncomingMessage } from 'node:http';

const none: readonly string[] = [];

/**
 * Lists the values of a header, each line by itself: of two lines `request.headers` shows the first alone, or both as
 * one.
 * @param name In lower case.
 */
export function headerValues({ headers, rawHeaders }: IncomingMessage, name: string): readonly string[] {
  if (headers[name] === undefined) return none;
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] ?? '';
    if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}
