import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import type { CookieJar } from '../request/cookie-jar.ts';
import type { CredentialStrategy, PresentedCredentials, RecognisedCredential } from '../request/credentials.ts';
import { hasCookies } from './server/cookies.ts';
import { headerValues } from './server/header-values.ts';

/**
 * Tries the authentication strategies in order. A request without a credential is anonymous; one with an unrecognised
 * or invalid credential is refused, never treated as anonymous.
 * @throws UNAUTHENTICATED with status 401 and a challenge.
 */
export const authenticate = (
  strategies: readonly CredentialStrategy[],
  presented: PresentedCredentials,
  jar: CookieJar,
): Promise<RecognisedCredential> =>
  recognise(strategies, presented).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'UNAUTHENTICATED' ? refuse(error, jar) : error;
  });

/**
 * Identifies the principal behind the presented credential.
 * @throws UNAUTHENTICATED if it is invalid, or unrecognised.
 */
export async function recognise(
  strategies: readonly CredentialStrategy[],
  presented: PresentedCredentials,
): Promise<RecognisedCredential> {
  for (const strategy of strategies) {
    const answer = strategy(presented);
    const recognised = answer === null ? null : await answer;
    if (recognised !== null) return recognised;
  }
  if (!isAnyPresented(presented)) {
    return { principal: { kind: 'anonymous' }, source: 'none' };
  }
  throw unsupported();
}

const unsupported = (): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    'Unsupported credential. Send `Authorization: Bearer <token or API key>` or `X-API-Key: <key>`.',
    { refusal: 'bad_credential' },
  );

/** The credentials of a request besides cookies: one of these, or none. */
export type OnlyCredential = Pick<PresentedCredentials, 'authorization' | 'apiKey' | 'queryKey'>;

/** Tells whether a credential other than cookies was presented. */
export const isAnyPresented = ({ authorization, apiKey, queryKey }: OnlyCredential): boolean =>
  authorization !== undefined || apiKey !== undefined || queryKey !== undefined;

/**
 * Reads the one credential of a request. It counts each header by itself: of two `Authorization` headers
 * `request.headers` shows the first alone.
 * @throws BAD_REQUEST if the request carries two credentials; UNAUTHENTICATED with status 401 for one in a parameter
 * that is not ours.
 */
export function onlyCredential(request: IncomingMessage, jar: CookieJar): OnlyCredential {
  const authorization = present(headerValues(request, 'authorization'));
  const apiKey = present(headerValues(request, 'x-api-key'));
  const parameters = queryOf(request);
  const queryKey = present(valuesOf(parameters, (name) => name === 'api_key'));
  const foreign = present(valuesOf(parameters, isForeign));
  const headers = authorization.length + apiKey.length;
  if (headers + queryKey.length + foreign.length + (hasCookies(jar) ? 1 : 0) > 1) {
    throw new AppError(
      'BAD_REQUEST',
      'The request carries two credentials: send one `Authorization` header, one `X-API-Key` header or cookies.',
    );
  }
  if (foreign.length > 0) throw withChallenge(unsupported());
  return { authorization: authorization[0], apiKey: apiKey[0], queryKey: queryKey[0] };
}

/** Leaves out what is empty: a client without a credential may send the header all the same. */
const present = (values: readonly string[]): readonly string[] =>
  values.length === 0 ? values : values.filter((value) => value.trim() !== '');

type Parameters = ReadonlyArray<readonly [name: string, value: string]>;

function queryOf({ url = '' }: IncomingMessage): Parameters {
  const at = url.indexOf('?');
  if (at === -1) return [];
  return [...new URLSearchParams(url.slice(at + 1))].map(([name, value]) => [plainName(name), value]);
}

const valuesOf = (parameters: Parameters, isMeant: (name: string) => boolean): readonly string[] =>
  parameters.flatMap(([name, value]) => (isMeant(name) ? [value] : []));

/** Tells a parameter by which clients hand credentials to other servers, such as that of RFC 6750 §2.3. */
const isForeign = (name: string): boolean => name !== 'api_key' && foreignNames.has(name.replaceAll(/[_-]/g, ''));

const foreignNames: ReadonlySet<string> = new Set([
  'accesstoken',
  'apikey',
  'authorization',
  'authtoken',
  'bearer',
  'jwt',
  'token',
  'xapikey',
]);

/** The name of a parameter without case, and without the brackets by which some clients write lists. */
const plainName = (name: string): string => name.replace(/\[.*$/s, '').toLowerCase();

/** Adds the challenge of RFC 6750 §3.1, and clears a forged cookie: the browser would send it for ever. */
function refuse(error: AppError, jar: CookieJar): AppError {
  if (jar.get('access') !== undefined) jar.clear('access');
  return withChallenge(error);
}

const withChallenge = (error: AppError): AppError =>
  new AppError(error.code, error.message, {
    ...error.options,
    httpStatus: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
