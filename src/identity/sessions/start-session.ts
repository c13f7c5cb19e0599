import { randomBytes } from 'node:crypto';
import { newId } from '../../database/base.entity.ts';
import { insertTogether } from '../../database/insert-together.ts';
import { requireScopes, requireText } from '../../input.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope, RightsOf } from '../../request.ts';
import type { User } from '../../users/user.entity.ts';
import type { AccessTokens } from './access-token.ts';
import type { IssuedTokens, IssueTokens } from './issue-tokens.ts';
import type { SessionExpiry } from './session-expiry.ts';
import { Session, type AuthMethod } from './session.entity.ts';

export interface NewSession {
  readonly user: User;
  readonly methods: AuthMethod[];
  /** Scopes to narrow the session to; absent, it holds all that the user's roles give. */
  readonly scopes?: readonly string[] | null | undefined;
  readonly device?: string | null | undefined;
}

export interface StartSessionDeps {
  readonly accessTokens: Pick<AccessTokens, 'requireSigning'>;
  readonly endOldest: (scope: RequestScope, userId: string) => Promise<void>;
  readonly expiry: SessionExpiry;
  readonly issue: IssueTokens;
  readonly recorder: Recorder;
  readonly rightsOf: RightsOf;
}

const longestDevice = 100;

/**
 * Begins a session; beyond a hundred living ones the user's oldest ends.
 * @throws FORBIDDEN where a requested scope is not covered by the user's own, SERVICE_UNAVAILABLE where no token can be
 * signed.
 */
export type StartSession = (scope: RequestScope, session: NewSession) => Promise<IssuedTokens>;

export function createStartSession(deps: StartSessionDeps): StartSession {
  const { accessTokens, endOldest, expiry, issue, recorder, rightsOf } = deps;
  return async (scope, { user, methods, scopes, device }) => {
    accessTokens.requireSigning();
    const { em, now } = scope;
    const narrowing = scopes == null ? null : rightsOf.narrow(user.roles, requireScopes('input.scopes', scopes));
    const session = newSession(scope, expiry, { user, methods, scopes: narrowing, device: nameOf(device) });
    const event = recorder.prepare(scope, {
      type: 'session.started',
      actorId: user.id,
      subjectId: user.id,
      sessionId: session.id,
      details: { methods, ...(narrowing === null ? {} : { scopes: narrowing }) },
    });
    await insertTogether(em, [{ entity: Session, values: session }, event.row]);
    event.tellOf(em);
    await endOldest(scope, user.id);
    return issue(session, { counter: 0, narrowing: null, now });
  };
}

const nameOf = (device: string | null | undefined): string | null =>
  device == null || device.trim() === '' ? null : requireText('input.device', device, longestDevice);

/** Written apart from its unit of work, which therefore does not manage it. */
function newSession(
  { em, now, userAgent, ip }: RequestScope,
  expiry: SessionExpiry,
  given: Pick<Session, 'user' | 'methods' | 'scopes' | 'device'>,
): Session {
  const values = {
    ...given,
    id: newId(now),
    createdAt: now,
    refreshSalt: randomBytes(16),
    refreshCounter: 0,
    rotatedAt: now,
    lastUsedAt: now,
    expiresAt: expiry(now, now),
    credentialVersion: given.user.credentialVersion,
    authenticatedAt: now,
    userAgent,
    ipAddress: ip,
  };
  return em.create(Session, values, { persist: false });
}
