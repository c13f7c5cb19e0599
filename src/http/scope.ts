import type { EntityManager } from '@mikro-orm/postgresql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, CookieJar, CredentialStrategy, RequestScope } from '../request.ts';
import { createCookieJar, presentedCookies } from './cookies.ts';
import { recogniseCredential, type OnlyCredential } from './credentials.ts';
import type { Origins } from './origins.ts';
import { userAgentOf } from './user-agent.ts';

/** What it takes to know a caller. */
export interface ScopeDeps {
  readonly strategies: readonly CredentialStrategy[];
  readonly origins: Origins;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly networksOf: (address: string) => readonly string[];
  readonly secureCookies: boolean;
  readonly fork: () => EntityManager;
  readonly clock: Clock;
}

export interface ScopeFacts {
  readonly cookies: CookieJar;
  readonly credential: OnlyCredential;
  readonly requestId: string;
}

/** From a request to its scope, for whatever endpoint. */
export function createScopes(deps: ScopeDeps) {
  function openCookies(request: IncomingMessage, response: ServerResponse): CookieJar {
    const originAllowed = deps.origins.isAllowed(request.headers.origin);
    return createCookieJar(request, response, { secure: deps.secureCookies, originAllowed });
  }

  /** @throws UNAUTHENTICATED where the credential is bad. */
  async function create(request: IncomingMessage, facts: ScopeFacts): Promise<RequestScope> {
    const { cookies, requestId } = facts;
    const now = deps.clock();
    const ip = deps.clientAddress(request);
    const userAgent = userAgentOf(request);
    const cookiesPresented = presentedCookies(cookies);
    const presented = { ...facts.credential, cookies: cookiesPresented, ip, now, requestId, userAgent };
    const { principal, ...credential } = await recogniseCredential(deps.strategies, presented, cookies);
    return {
      principal: { ...principal, networks: deps.networksOf(ip) },
      credential,
      em: deps.fork(),
      requestId,
      ip,
      userAgent,
      now,
      cookies,
    };
  }

  return { openCookies, create };
}
