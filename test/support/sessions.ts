import { createRights } from '../../src/access/rights-of-roles.ts';
import { roles } from '../../src/access/roles.ts';
import { AppError } from '../../src/errors.ts';
import type { DomainEvent } from '../../src/events/event.ts';
import type { AccessTokenSubject } from '../../src/identity/sessions/access-claims.ts';
import type { IssuedTokens } from '../../src/identity/sessions/issue-tokens.ts';
import { refreshBudget } from '../../src/identity/sessions/refresh-session.ts';
import { createRefreshTokens } from '../../src/identity/sessions/refresh-token.ts';
import { createSessionReader } from '../../src/identity/sessions/session-reader.ts';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import { createSessions, type Sessions } from '../../src/identity/sessions/sessions.service.ts';
import type { NewSession } from '../../src/identity/sessions/start-session.ts';
import { createLimiters, type Limiter } from '../../src/limits/limiter.ts';
import { User } from '../../src/users/user.entity.ts';
import { contextOf, keepingRecorder, type Recorded } from './contexts.ts';
import type { TestServer } from './server.ts';

/** The moment at which the sessions of a test begin, and those so many seconds later. */
export const begin = new Date('2026-11-30T12:00:00.300Z');
export const after = (seconds: number): Date => new Date(begin.getTime() + seconds * 1000);

export const lifetimes = { idleTtlSeconds: 1_000, absoluteTtlSeconds: 2_500 };
export const graceSeconds = 30;
export const rightsOf = createRights(roles);
export const refreshTokens = createRefreshTokens(Buffer.alloc(32, 1));

export interface WatchedSessions extends Sessions {
  readonly events: Recorded[];
  readonly logged: string[];
  readonly published: DomainEvent[];
  /** What the access tokens that were issued say. */
  readonly issued: AccessTokenSubject[];
  /** Lets no token be signed, or all again. */
  canSign: boolean;
  /** Is done after a refresh token was found good, and before it is used. */
  meanwhile: () => Promise<unknown>;
  readonly limiter: Limiter;
  /** Begins a session of a demo account. */
  readonly startFor: (changes?: Partial<NewSession>, now?: Date, name?: string) => Promise<IssuedTokens & Started>;
  readonly rowOf: (id: string) => Promise<Session>;
}

interface Started {
  readonly id: string;
}

/** Sessions in the database of a server, without requests, and everything that comes of them. */
export function watchedSessions({ database }: Pick<TestServer, 'database'>): WatchedSessions {
  const recorder = keepingRecorder();
  const limiter = createLimiters(null)(refreshBudget);
  const [published, issued]: [DomainEvent[], AccessTokenSubject[]] = [[], []];
  const sessions = createSessions({
    ...lifetimes,
    graceSeconds,
    rightsOf,
    refreshTokens,
    recorder,
    refreshes: {
      ...limiter,
      async consume(key) {
        await watched.meanwhile();
        return limiter.consume(key);
      },
    },
    accessTokens: {
      requireSigning() {
        if (!watched.canSign) throw new AppError('SERVICE_UNAVAILABLE', 'There is no key.');
      },
      issue: async (subject) => ({ token: `access token ${issued.push(subject)}`, expiresInSeconds: 60 }),
    },
    readSession: createSessionReader(database.readCredentials, lifetimes),
    publishEvent: (_, event) => void published.push(event),
  });
  const watched: WatchedSessions = {
    ...sessions,
    events: recorder.events,
    logged: recorder.logged,
    published,
    issued,
    canSign: true,
    meanwhile: async () => undefined,
    limiter,
    async startFor(changes = {}, now = begin, name = 'editor') {
      const context = contextOf(database, { now });
      const user = await context.em.findOneOrFail(User, { email: `${name}@demo.sallyport.test` });
      const started = await sessions.start(context, { user, methods: ['PASSWORD'], ...changes });
      return { ...started, id: started.session.id };
    },
    rowOf: (id) => database.fork().findOneOrFail(Session, id),
  };
  return watched;
}
