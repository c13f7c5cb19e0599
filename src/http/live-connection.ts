import { AppError } from '../errors.ts';
import type { CookieJar, LiveConnection, PresentedCredentials, Recognised, RequestScope } from '../request.ts';
import { isRefusedStale, staleCredential } from '../request/stale.ts';
import { closeCodes } from './close-codes.ts';
import { recognise } from './credentials.ts';
import type { ScopeDeps } from './scope.ts';

export interface Connection extends LiveConnection {
  /** The scope of one subscription on this connection, whose principal is the connection's, now. */
  readonly scope: () => RequestScope;
  /** Whose it is; undefined for anonymous. */
  readonly userId: string | undefined;
  readonly end: () => void;
}

export type ConnectionDeps = Pick<ScopeDeps, 'strategies' | 'networksOf' | 'fork' | 'clock'>;

export interface ConnectionFacts {
  readonly presented: Omit<PresentedCredentials, 'now' | 'requestId' | 'userAgent'>;
  readonly requestId: string;
  readonly userAgent: string | null;
  readonly close: (code: number, reason: string) => void;
}

/**
 * A WebSocket that somebody has opened with a credential. It lives as long as the credential counts and may do the same.
 * @throws UNAUTHENTICATED where the credential is bad or does not count any more.
 */
export async function openConnection(deps: ConnectionDeps, facts: ConnectionFacts): Promise<Connection> {
  const { presented, requestId, userAgent, close } = facts;
  let current = await look();
  if (isRefusedStale(current)) throw staleCredential();
  const granted = rightsText(current);
  const timer = expiryTimer(current, deps.clock(), () =>
    close(closeCodes.unauthorized, 'The access token has expired.'),
  );

  async function look(): Promise<Recognised> {
    const recognised = await recognise(deps.strategies, { ...presented, requestId, userAgent, now: deps.clock() });
    return { ...recognised, principal: { ...recognised.principal, networks: deps.networksOf(presented.ip) } };
  }

  async function renew(): Promise<boolean> {
    try {
      current = await look();
      if (rightsText(current) === granted) return true;
      close(closeCodes.unauthorized, 'The session has ended, or its rights have changed.');
    } catch (error) {
      const isBad = error instanceof AppError && error.code === 'UNAUTHENTICATED';
      close(isBad ? closeCodes.unauthorized : closeCodes.unavailable, isBad ? error.message : 'Try again later.');
    }
    return false;
  }

  const scope = (): RequestScope => {
    let em = deps.fork();
    return {
      get principal() {
        return current.principal;
      },
      get em() {
        return em;
      },
      set em(next) {
        em = next;
      },
      get now() {
        return deps.clock();
      },
      credential: { source: current.source },
      requestId,
      ip: presented.ip,
      userAgent,
      cookies: noCookies,
      live: {
        async renew() {
          em = deps.fork();
          return renew();
        },
      },
    };
  };

  return {
    scope,
    renew,
    userId: 'userId' in current.principal ? (current.principal.userId ?? undefined) : undefined,
    end: () => clearTimeout(timer),
  };
}

/** What a change of ends the connection: who it is, and what it may do. */
function rightsText({ principal, stale }: Recognised): string {
  const { kind, ...rest } = principal;
  const { id = '', roles = [], scopes = [] } = 'id' in rest ? rest : {};
  return JSON.stringify([stale !== undefined, kind, id, roles.toSorted(), scopes.toSorted()]);
}

const longestTimerMs = 2 ** 31 - 1;

function expiryTimer({ expiresAt }: Recognised, now: Date, onExpiry: () => void): NodeJS.Timeout | undefined {
  if (expiresAt === undefined) return undefined;
  return setTimeout(onExpiry, Math.min(longestTimerMs, Math.max(0, expiresAt.getTime() - now.getTime()))).unref();
}

/** A socket carries no cookies back. */
const noCookies: CookieJar = {
  originAllowed: false,
  get: () => undefined,
  set: () => undefined,
  clear: () => undefined,
};
