import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';
import type { CookieJar } from '../../request/cookie-jar.ts';
import type { PresentedCredentials } from '../../request/credentials.ts';
import { isAnyPresented, onlyCredential, type OnlyCredential } from '../authenticate.ts';
import { hasCookies, presentedCookies } from '../server/cookies.ts';

/**
 * Reads the one credential of a WebSocket: from the headers of its upgrade, or from `authorization` of
 * `connection_init`, whatever its case, also below `headers`.
 * @throws BAD_REQUEST if there are two credentials; UNAUTHENTICATED if one has a name that is not ours.
 */
export function websocketCredential(
  request: IncomingMessage,
  jar: CookieJar,
  params: Readonly<Record<string, unknown>> | undefined,
): OnlyCredential & Pick<PresentedCredentials, 'cookies'> {
  const credential = onlyCredential(request, jar);
  const cookies = presentedCookies(jar);
  const inInit = credentialsIn(params);
  if (inInit.length === 0) return { ...credential, cookies };
  const [authorization] = inInit;
  if (typeof authorization !== 'string' || inInit.length > 1 || isAnyPresented(credential) || hasCookies(jar)) {
    throw new AppError(
      'BAD_REQUEST',
      'Send one credential: in the headers of the upgrade, or as a string in `authorization` of connection_init.',
    );
  }
  return { ...credential, authorization, cookies };
}

/** Names under which clients send credentials to other servers. */
const likeCredential = /auth|token|key|secret|password|jwt|bearer|session|cookie/i;

/** Texts that are credentials, or the name of one in a list: of our schemes, our keys, and any JWT. */
const credentialText = /^\s*(?:(?:bearer|basic|digest|dpop)\s|sp_|eyJ|authorization\s*:?|x-api-key\s*:?|cookie\s*:?)/i;
const maxDepth = 8;

/**
 * Lists the values of `authorization`; what is null or empty is none. A credential anywhere else is there and not
 * understood: the connection must not be anonymous then.
 * @throws UNAUTHENTICATED for one under another name, in a list, or nested more deeply.
 */
function credentialsIn(params: unknown): unknown[] {
  const given = entriesOf(params);
  const below = given.flatMap(([name, value]) => (name === 'headers' ? entriesOf(value) : []));
  const ours = [...given, ...below].filter(([name]) => isOurs(name));
  const others = [
    ...(Array.isArray(params)
      ? [['', params] as const]
      : given.filter(([name]) => !isOurs(name) && name !== 'headers')),
    ...below.filter(([name]) => !isOurs(name)),
    ...given.filter(([name, value]) => name === 'headers' && !isRecord(value)),
  ];
  if (others.some(([name, value]) => hidesCredential(name, value, 0))) {
    throw new AppError('UNAUTHENTICATED', 'Unsupported credential. Send it as `authorization` of connection_init.', {
      refusal: 'bad_credential',
    });
  }
  return ours.map(([, value]) => value);
}

const isOurs = (name: string): boolean => name.toLowerCase() === 'authorization';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entriesOf = (value: unknown): Array<[string, unknown]> =>
  isRecord(value) ? Object.entries(value).filter(([, held]) => !isAbsent(held)) : [];

/** Looks for a credential by name and by form, at any depth; what is too deep to look at counts as one. */
function hidesCredential(name: string, value: unknown, depth: number): boolean {
  if (isAbsent(value)) return false;
  if (depth > maxDepth || likeCredential.test(name)) return true;
  if (typeof value === 'string') return credentialText.test(value);
  if (typeof value !== 'object' || value === null) return false;
  const held: Array<[string, unknown]> = Array.isArray(value) ? value.map((item) => ['', item]) : Object.entries(value);
  return held.some(([key, item]) => hidesCredential(key, item, depth + 1));
}

/** A client without a credential may send the name all the same, with nothing or blanks. */
const isAbsent = (value: unknown): boolean => value == null || (typeof value === 'string' && value.trim() === '');
