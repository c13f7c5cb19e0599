import type { IncomingMessage } from 'node:http';
import { isBasic, parseBasic } from '../basic.ts';
import { AppError } from '../errors.ts';
import type { CookieJar } from '../request.ts';
import { hasCookies } from './cookies.ts';
import { isAnyPresented, onlyCredential, type OnlyCredential } from './credentials.ts';

const prefixOfKey = /^(sp_[^_]*)_/;

/**
 * How a client of `/oauth/*` authenticates, which is by an API key: as Basic or in the form (RFC 6749 §2.3.1), or as
 * everywhere else. A `client_id` alone authenticates nobody, and is not looked at (RFC 6749 §3.2.1).
 * @throws BAD_REQUEST where it does so in two ways (RFC 6749 §2.3); UNAUTHENTICATED where identifier and secret do not
 * belong together.
 */
export function clientCredential(
  request: IncomingMessage,
  jar: CookieJar,
  form: ReadonlyMap<string, string>,
): OnlyCredential {
  const credential = onlyCredential(request, jar);
  const secret = form.get('client_secret');
  if (secret !== undefined) {
    if (isAnyPresented(credential) || hasCookies(jar)) throw twice();
    return byKey(form.get('client_id') ?? '', secret);
  }
  if (!isBasic(credential.authorization)) return credential;
  const basic = parseBasic(credential.authorization);
  if (basic === null) throw badClient();
  // RFC 6749 §2.3.1: identifier and secret are encoded as in a form before they are joined.
  return byKey(formDecoded(basic.user), formDecoded(basic.password));
}

/** The key of a client whose identifier is the beginning of it. */
function byKey(id: string, secret: string): OnlyCredential {
  if (prefixOfKey.exec(secret)?.[1] !== id) throw badClient();
  return { authorization: undefined, apiKey: secret, queryKey: undefined };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badClient();
  }
}

const badClient = (): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    'The client is not known: it is the prefix of an API key, and its secret is the key.',
  );

const twice = (): AppError => new AppError('BAD_REQUEST', 'The client authenticates in two ways: choose one.');
