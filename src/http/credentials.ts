import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import type { CookieJar, CredentialStrategy, PresentedCredentials, Recognised } from '../request.ts';
import { hasCookies } from './cookies.ts';

/**
 * Asks each strategy in turn whose credential the request carries. Nothing presented is anonymous; something
 * presented that nobody recognises, or that is bad, never is.
 * @throws UNAUTHENTICATED where it is bad.
 */
export async function recogniseCredential(
  strategies: readonly CredentialStrategy[],
  presented: PresentedCredentials,
  jar: CookieJar,
): Promise<Recognised> {
  try {
    return await recognise(strategies, presented);
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') throw refuse(error, jar);
    throw error;
  }
}

/** Whose credential this is. @throws UNAUTHENTICATED where it is bad, or nobody's. */
export async function recognise(
  strategies: readonly CredentialStrategy[],
  presented: PresentedCredentials,
): Promise<Recognised> {
  for (const strategy of strategies) {
    const recognised = await strategy(presented);
    if (recognised !== null) return recognised;
  }
  if (!isAnyPresented(presented)) {
    return { principal: { kind: 'anonymous' }, source: 'none' };
  }
  throw new AppError(
    'UNAUTHENTICATED',
    'A credential is not taken in this way: send `Authorization: Bearer <token or API key>` or `X-API-Key`.',
  );
}

/** What a request carries besides cookies: one of these, or none. */
export type OnlyCredential = Pick<PresentedCredentials, 'authorization' | 'apiKey' | 'queryKey'>;

/** Cookies apart. */
export const isAnyPresented = ({ authorization, apiKey, queryKey }: OnlyCredential): boolean =>
  authorization !== undefined || apiKey !== undefined || queryKey !== undefined;

/**
 * Counts every header by itself: of two `Authorization` headers `request.headers` would show the first alone.
 * @throws BAD_REQUEST where there are two credentials.
 */
export function onlyCredential({ headersDistinct, url = '' }: IncomingMessage, jar: CookieJar): OnlyCredential {
  const { authorization = [], 'x-api-key': apiKey = [] } = headersDistinct;
  const queryKey = new URLSearchParams(url.split('?').slice(1).join('?')).getAll('api_key');
  if (authorization.length + apiKey.length + queryKey.length + (hasCookies(jar) ? 1 : 0) > 1) {
    throw new AppError(
      'BAD_REQUEST',
      'The request carries two credentials: send one `Authorization` header, one `X-API-Key` header or cookies.',
    );
  }
  return { authorization: authorization[0], apiKey: apiKey[0], queryKey: queryKey[0] };
}

/** A bad credential is told by RFC 6750 §3.1; a forged cookie is taken back, or the browser would send it for ever. */
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
