import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Form, Visit } from '../page.ts';
import { isSecret } from './carried.ts';

/** A form is dropped if its sender has not come back by then. */
const keptForSeconds = 900;
/** Browsers keep no cookie of more than 4096 bytes, of which base64 and the name take their part (RFC 6265 §6.1). */
const maxBytes = 2_800;
/** What a form may have at most, as it comes back from a browser. */
const maxWholeBytes = 65_536;

/** What the page of a new authenticator app shows once; whoever has it makes codes for ever. */
const shownOnce: readonly string[] = ['secret', 'uri', 'qrCode'];

/**
 * Keeps what was entered for an account in the browser, while its sender is at a provider; passwords, codes and the
 * secret of an authenticator app are never kept. A cookie works without a script, and no script reads it.
 */
export function keepForm(cookies: Pick<Visit['cookies'], 'set'>, account: string | null, form: Form): void {
  const fields = [...form].filter(([name]) => !isSecret(name) && !shownOnce.includes(name));
  const packed = deflateRawSync(JSON.stringify({ account, fields }));
  if (packed.length <= maxBytes) cookies.set('kept-form', packed.toString('base64url'), keptForSeconds);
}

/** Ends what is kept: whoever uses this browser next sees nothing of it. */
export function dropKeptForm(cookies: Pick<Visit['cookies'], 'get' | 'clear'>): void {
  if (cookies.get('kept-form') !== undefined) cookies.clear('kept-form');
}

/** Returns what was kept for an account, once; null if there is nothing, or if it was kept for another account. */
export function takeKeptForm(cookies: Pick<Visit['cookies'], 'get' | 'clear'>, account: string): Form | null {
  const text = cookies.get('kept-form');
  if (text === undefined) return null;
  cookies.clear('kept-form');
  try {
    const whole = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: maxWholeBytes });
    const kept = JSON.parse(whole.toString()) as { account?: unknown; fields?: unknown };
    if (kept.account !== account || !Array.isArray(kept.fields)) return null;
    return new Map(kept.fields.map(([name, value]: unknown[]) => [String(name), String(value)]));
  } catch {
    return null;
  }
}
