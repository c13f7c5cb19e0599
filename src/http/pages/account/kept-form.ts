import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Form, Visit } from '../page.ts';
import { Refusal } from '../refusal.ts';
import { texts } from '../texts.ts';
import { withoutSecrets } from './carried.ts';

/** A form is dropped if its sender has not come back by then: a link for a new password works for an hour. */
const keptForSeconds = 3600;
/** Browsers keep no cookie of more than 4096 bytes, of which base64 and the name take their part (RFC 6265 §6.1). */
const maxBytes = 2_800;
/** What is kept has at most, once it is unpacked: a browser may send anything. */
const maxWholeBytes = 65_536;
/** What a page between put into its form; whoever has the secret of an authenticator app makes codes for ever. */
const ofPageBetween: readonly string[] = ['passkey', 'secret', 'uri', 'qrCode'];

/** For whom a form is kept. */
export interface KeptFor {
  readonly account: string;
  /** Where its sender comes back to. */
  readonly back: string;
}

/** What is kept of a form. */
interface Kept extends KeptFor {
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
}

/**
 * Keeps what was entered for an account in the browser, while its sender is away to prove who it is; passwords, codes and
 * the secret of an authenticator app are never kept. A cookie works without a script, and no script reads it.
 */
export function keepForm(cookies: Pick<Visit['cookies'], 'set'>, form: Form, of: KeptFor): void {
  const whole = wholeOf({ ...of, fields: fieldsOf(form) });
  cookies.set('kept-form', deflateRawSync(whole).toString('base64url'), keptForSeconds);
}

/** Refuses a form that no cookie has room for, beside its longest field; returns null if it can be kept. */
export function refuseTooLong(form: Form, of: KeptFor): Refusal | null {
  const fields = fieldsOf(form);
  const whole = wholeOf({ ...of, fields });
  if (whole.length <= maxWholeBytes && deflateRawSync(whole).length <= maxBytes) return null;
  const lengths = new Map<string, number>();
  for (const [name, value] of fields) {
    // Boxes to tick are one field of the page: `scopes:articles:read`.
    const [field = ''] = name.split(':');
    lengths.set(field, (lengths.get(field) ?? 0) + name.length + value.length);
  }
  const longest = [...lengths].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? '';
  const extensions = { code: 'BAD_USER_INPUT', problem: 'too_long', field: longest };
  return new Refusal({ message: texts.confirm.tooLong, extensions });
}

const fieldsOf = (form: Form): Kept['fields'] => withoutSecrets(form).filter(([name]) => !ofPageBetween.includes(name));

const wholeOf = (kept: Kept): Buffer => Buffer.from(JSON.stringify(kept));

/** Returns what was kept for an account, once; null if there is nothing, or if it was kept for another account. */
export function takeKeptForm(cookies: Pick<Visit['cookies'], 'get' | 'clear'>, account: string): Form | null {
  const kept = keptIn(cookies);
  dropKeptForm(cookies);
  return kept?.account === account ? new Map(kept.fields) : null;
}

/** Ends what is kept: whoever uses this browser next sees nothing of it. */
export function dropKeptForm(cookies: Pick<Visit['cookies'], 'get' | 'clear'>): void {
  if (cookies.get('kept-form') !== undefined) cookies.clear('kept-form');
}

/** Returns where the sender of a form that is kept comes back to; null if none is kept. */
export const backOfKeptForm = (cookies: Pick<Visit['cookies'], 'get'>): string | null => keptIn(cookies)?.back ?? null;

/** Reads what a browser sends as kept, which anyone may have written. */
function keptIn(cookies: Pick<Visit['cookies'], 'get'>): Kept | null {
  const text = cookies.get('kept-form');
  if (text === undefined) return null;
  try {
    const whole = inflateRawSync(Buffer.from(text, 'base64url'), { maxOutputLength: maxWholeBytes });
    const { account, back, fields } = JSON.parse(whole.toString()) as Record<keyof Kept, unknown>;
    if (!Array.isArray(fields)) return null;
    return {
      account: String(account),
      back: String(back),
      fields: fields.map(([name, value]: unknown[]) => [String(name), String(value)]),
    };
  } catch {
    return null;
  }
}
