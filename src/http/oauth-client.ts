import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import type { CookieJar } from '../request.ts';
import { onlyCredential, type OnlyCredential } from './credentials.ts';

/** An identifier and a secret, which are a key's prefix and the whole key. */
interface Client {
  readonly id: string;
  readonly secret: string;
}

const basicScheme = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;
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
  const isPresented = credential.authorization !== undefined || credential.apiKey !== undefined;
  const secret = form.get('client_secret');
  if (secret !== undefined) {
    if (isPresented) throw twice();
    return { authorization: undefined, apiKey: keyOf({ id: form.get('client_id') ?? '', secret }) };
  }
  if (credential.authorization === undefined || !/^Basic\b/i.test(credential.authorization)) return credential;
  return { authorization: undefined, apiKey: keyOf(parseBasic(credential.authorization)) };
}

/** The key of a client whose identifier is the beginning of it. */
function keyOf({ id, secret }: Client): string {
  if (prefixOfKey.exec(secret)?.[1] === id) return secret;
  throw badClient();
}

/** RFC 6749 §2.3.1: identifier and secret are encoded as in a form before they are joined. */
function parseBasic(authorization: string): Client {
  const text = Buffer.from(basicScheme.exec(authorization)?.[1] ?? '', 'base64').toString();
  const [id = '', ...secret] = text.split(':');
  return { id: formDecoded(id), secret: formDecoded(secret.join(':')) };
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
