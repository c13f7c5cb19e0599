import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';

/**
 * Requires of a form that one of our own pages sent it (OWASP CSRF, verifying origin): by `Origin`, or, of a browser
 * that does not name it, by `Sec-Fetch-Site`. A form changes something, also who is signed in, so that it holds without
 * cookies, too.
 * @throws FORBIDDEN
 */
export function requireOwnForm({ headers }: IncomingMessage, publicUrl: string): void {
  const { origin = 'null' } = headers;
  if (origin === new URL(publicUrl).origin) return;
  if (origin === 'null' && headers['sec-fetch-site'] === 'same-origin') return;
  throw new AppError('FORBIDDEN', `This form did not come from a page of this site. Open the page at ${publicUrl}.`);
}
