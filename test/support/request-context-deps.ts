import { AppError } from '../../src/errors.ts';
import type { RequestContextDeps, RequestProvenance } from '../../src/http/request-context.ts';
import { createOrigins } from '../../src/http/server/origins.ts';
import type { PresentedCredentials, RecognisedCredential } from '../../src/request/credentials.ts';

export const appOrigin = 'https://app.example';
export const moment = new Date('2026-01-02T03:04:05Z');

/** A user who is signed in by the token `good`, one whose token has expired, and a client by the key `sp_good_x`. */
const recognised: Readonly<Record<string, RecognisedCredential>> = {
  'Bearer good': { principal: { kind: 'user', id: 'ada', userId: 'ada', roles: [], scopes: [] }, source: 'bearer' },
  'Bearer expired': {
    principal: { kind: 'user', id: 'ada', userId: 'ada', roles: [], scopes: [] },
    source: 'bearer',
    ended: { sessionId: 'of ada', reason: 'EXPIRED' },
  },
  sp_good_x: { principal: { kind: 'apiKey', id: 'key', userId: 'ada', roles: [], scopes: [] }, source: 'header' },
  cookie: { principal: { kind: 'user', id: 'ada', userId: 'ada', roles: [], scopes: [] }, source: 'cookie' },
};

export interface KnownCallers {
  readonly deps: RequestContextDeps;
  /** What was presented with each request. */
  readonly presented: PresentedCredentials[];
  /** Requests with cookies that came from a site which may not use them. */
  readonly foreign: RequestProvenance[];
}

/** Dependencies for authenticating a request, with callers who are known and no database. */
export function knownCallers(): KnownCallers {
  const presented: PresentedCredentials[] = [];
  const foreign: RequestProvenance[] = [];
  const deps: RequestContextDeps = {
    strategies: [
      (credentials) => {
        presented.push(credentials);
        const { authorization, apiKey, queryKey, cookies } = credentials;
        const known = recognised[authorization ?? apiKey ?? queryKey ?? cookies['access'] ?? ''];
        return known === undefined ? null : Promise.resolve(known);
      },
    ],
    origins: createOrigins({ corsOrigins: [appOrigin], publicUrl: 'http://localhost:4000', toolOrigins: [] }),
    clientIp: () => '192.0.2.1',
    networksOf: (ipAddress) => (ipAddress === '192.0.2.1' ? ['office'] : []),
    secureCookies: false,
    cookieSameSite: 'lax',
    beginUnitOfWork: () => ({
      get em(): never {
        throw new AppError('INTERNAL_SERVER_ERROR', 'There is no database.');
      },
      get rows(): never {
        throw new AppError('INTERNAL_SERVER_ERROR', 'There is no database.');
      },
      renew: () => undefined,
    }),
    clock: () => moment,
    onForeignOrigin: (provenance) => void foreign.push(provenance),
  };
  return { deps, presented, foreign };
}
