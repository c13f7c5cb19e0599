import { randomBytes } from 'node:crypto';
import type { Recorder } from '../../audit/record.ts';
import { newId } from '../../database/base.entity.ts';
import { type Condition, insertTogether } from '../../database/insert-together.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireName, requireScopes } from '../../request/input.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { User } from '../../users/user.entity.ts';
import type { AccessTokens } from './access-token.ts';
import type { IssuedTokens, IssueTokens } from './issue-tokens.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { SessionExpiry } from './session-expiry.ts';
import { type AuthMethod, Session } from './session.entity.ts';

export interface NewSession {
  readonly user: User;
  readonly methods: AuthMethod[];
  /** Names in the claim `amr` that a proof told besides its method. */
  readonly furtherAmr?: readonly string[] | undefined;
  /** Scopes to narrow the session to; absent, it holds all that the user's roles give. */
  readonly scopes?: readonly string[] | null | undefined;
  readonly device?: string | null | undefined;
  /** The id of the device, as its token has it. */
  readonly deviceId?: string;
  /** When the user proved a second factor. */
  readonly mfaAt?: Date | null;
  /** When the user proved who they are, if that was before this session. */
  readonly authenticatedAt?: Date;
  /** The change without which there is no session, such as the end of a challenge. */
  readonly condition?: Condition | undefined;
}

export interface StartSessionDeps {
  readonly accessTokens: Pick<AccessTokens, 'requireSigning'>;
  readonly endOldest: (context: RequestContext, userId: string) => Promise<void>;
  readonly expiry: SessionExpiry;
  readonly issue: IssueTokens;
  readonly recorder: Recorder;
  readonly refreshTokens: Pick<RefreshTokens, 'of'>;
  readonly rightsOf: RightsOf;
}

const maxDevice = 100;

/**
 * Begins a session; beyond a hundred active ones the user's oldest ends.
 * @throws FORBIDDEN if a requested scope is not covered by the user's own, SERVICE_UNAVAILABLE if no token can be
 * signed, and the error of the condition.
 */
export type StartSession = (context: RequestContext, session: NewSession) => Promise<IssuedTokens>;

export function createStartSession(deps: StartSessionDeps): StartSession {
  const { accessTokens, endOldest, expiry, issue, recorder, refreshTokens, rightsOf } = deps;
  return async (
    context,
    { user, methods, furtherAmr = [], scopes, device, deviceId, mfaAt, authenticatedAt, condition },
  ) => {
    accessTokens.requireSigning();
    const { em, now } = context;
    const narrowing = scopes == null ? null : rightsOf.narrow(user.roles, requireScopes('input.scopes', scopes));
    const session = newSession(context, expiry, {
      user,
      methods,
      furtherAmr: furtherAmr.length === 0 ? null : [...furtherAmr],
      scopes: narrowing,
      device: deviceNameOf(device),
      deviceId: deviceId ?? null,
      mfaAt: mfaAt ?? null,
      authenticatedAt: authenticatedAt ?? now,
    });
    const event = recorder.prepare(context, {
      type: 'session.started',
      actorId: user.id,
      subjectId: user.id,
      sessionId: session.id,
      details: { methods, ...(narrowing === null ? {} : { scopes: narrowing }) },
    });
    await insertTogether(em, [{ entity: Session, values: session }, event.row], condition);
    event.logAfterCommit(em);
    await endOldest(context, user.id);
    const refreshToken = refreshTokens.of(session.id, session.refreshSalt).mint(session.refreshCounter);
    return issue(session, { refreshToken, narrowing: null, now });
  };
}

/** Checks the name that a client gives its device. @throws BAD_USER_INPUT if it is too long or cannot be stored. */
export const deviceNameOf = (device: string | null | undefined): string | null =>
  device == null || device.trim() === '' ? null : requireName('input.device', device, maxDevice);

/** Written apart from its unit of work, which therefore does not manage it. */
function newSession(
  { em, now, userAgent, ipAddress }: RequestContext,
  expiry: SessionExpiry,
  given: Pick<
    Session,
    'user' | 'methods' | 'furtherAmr' | 'scopes' | 'device' | 'deviceId' | 'mfaAt' | 'authenticatedAt'
  >,
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
    userAgent,
    ipAddress: ipAddress,
  };
  return em.create(Session, values, { persist: false });
}
