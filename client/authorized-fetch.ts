import { SallyportError } from './errors.ts';
import type { SessionLifecycle } from './session-lifecycle.ts';
import { bearer, type SessionRecord } from './record.ts';
import { originOf } from './platform.ts';
import { isRefusedBeforehand, reach, type Fetch } from './transport.ts';

export interface AuthorizedFetchDeps {
  readonly url: string;
  readonly fetch: Fetch;
  readonly lifecycle: Pick<SessionLifecycle, 'usable' | 'renew' | 'present'>;
  readonly usesCookies: boolean;
}

/**
 * A `fetch` with the session's credential, which is renewed ahead of its expiry. A request that was refused before
 * anything was executed is sent once more with a fresh one; nothing else is ever repeated.
 * @throws FOREIGN_URL for another origin than the server's, which must not learn the credential.
 */
export function createAuthorizedFetch({ url, fetch, lifecycle, usesCookies }: AuthorizedFetchDeps): Fetch {
  const origin = originOf(url);

  const send = (input: string | URL | Request, init: RequestInit, record: SessionRecord | undefined) => {
    const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
    const authorization = bearer(record);
    if (authorization !== undefined) headers.set('authorization', authorization);
    const credentials = usesCookies ? 'include' : 'omit';
    return reach(fetch, input instanceof Request ? input.clone() : input, { ...init, headers, credentials });
  };

  return async (input, init = {}) => {
    if (originOf(input instanceof Request ? input.url : String(input)) !== origin) {
      throw new SallyportError('FOREIGN_URL', `Only requests to ${origin} carry the credential.`);
    }
    const record = await lifecycle.usable();
    const response = await send(input, init, record);
    const isRefused = (record !== undefined || usesCookies) && (await isRefusedBeforehand(response));
    if (!isRefused || init.body instanceof ReadableStream) return response;
    await lifecycle.renew(record);
    return send(input, init, lifecycle.present());
  };
}
