import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';
import { isBasic, parseBasic } from '../../request/basic-credentials.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import { isAnyPresented, onlyCredential, type OnlyCredential } from '../authenticate.ts';
import { hasCookies } from '../server/cookies.ts';

const prefixOfKey = /^(sp_[^_]*)_/;

/**
 * Reads the credential of a client of `/oauth/*`, which is an API key: as Basic or in the form (RFC 6749 §2.3.1), or as
 * everywhere else. A `client_id` alone authenticates no client, and is ignored (RFC 6749 §3.2.1).
 * @throws BAD_REQUEST if the client authenticates in two ways (RFC 6749 §2.3); UNAUTHENTICATED if identifier and secret
 * do not belong together, or for an assertion (RFC 7521 §4.2), which is not supported.
 */
export function clientCredential(
  request: IncomingMessage,
  jar: CookieJar,
  form: ReadonlyMap<string, string>,
): OnlyCredential {
  const credential = onlyCredential(request, jar);
  const secret = form.get('client_secret');
  const hasAssertion = form.has('client_assertion') || form.has('client_assertion_type');
  if (secret !== undefined || hasAssertion) {
    if (isAnyPresented(credential) || hasCookies(jar) || (secret !== undefined && hasAssertion)) throw twice();
    return byKey(form.get('client_id') ?? '', secret ?? '');
  }
  if (!isBasic(credential.authorization)) return credential;
  const basic = parseBasic(credential.authorization);
  if (basic === null) throw badClient();
  // RFC 6749 §2.3.1: identifier and secret are encoded as in a form before they are joined.
  const id = formDecoded(basic.user);
  if ((form.get('client_id') ?? id) !== id) throw badClient();
  return byKey(id, formDecoded(basic.password));
}

/** Answers the API key of a client whose identifier is the key's prefix. */
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
    'Unknown client. Its identifier is the prefix of an API key, and its secret is the whole key.',
    { refusal: 'bad_client' },
  );

const twice = (): AppError => new AppError('BAD_REQUEST', 'The client authenticates in two ways: send one credential.');
