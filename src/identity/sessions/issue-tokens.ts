import type { Rights, RightsOf } from '../../request/rights.ts';
import type { User } from '../../users/user.entity.ts';
import type { AccessTokens } from './access-token.ts';
import type { RefreshTokens } from './refresh-token.ts';
import type { Session } from './session.entity.ts';

/** The tokens of a sign-in or a rotation; the delivery decides where they go. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
  readonly rights: Rights;
  readonly user: User;
  readonly session: Session;
}

export interface IssueTokensDeps {
  readonly accessTokens: Pick<AccessTokens, 'issue'>;
  readonly refreshTokens: Pick<RefreshTokens, 'mint'>;
  readonly rightsOf: RightsOf;
}

interface Issue {
  /** The counter of the session's refresh token that goes along. */
  readonly counter: number;
  /** The scopes to which this access token alone is narrowed; null if it may do what its session may. */
  readonly narrowing: readonly string[] | null;
  readonly now: Date;
}

export type IssueTokens = (session: Session, issue: Issue) => Promise<IssuedTokens>;

/** Makes the tokens of a session, with the rights that its user has now. */
export const createIssueTokens =
  ({ accessTokens, refreshTokens, rightsOf }: IssueTokensDeps): IssueTokens =>
  async (session, { counter, narrowing, now }) => {
    const { user } = session;
    const rights = rightsOf(user.roles, session.scopes ?? null, narrowing);
    const { token, expiresInSeconds } = await accessTokens.issue(
      {
        kind: 'session',
        isNarrowed: narrowing !== null,
        userId: user.id,
        sessionId: session.id,
        credentialVersion: user.credentialVersion,
        scopes: rights.scopes,
        roles: rights.roles,
        authenticatedAt: session.authenticatedAt,
        methods: session.methods,
        furtherAmr: session.furtherAmr ?? [],
        notAfter: session.expiresAt,
      },
      now,
    );
    return {
      accessToken: token,
      refreshToken: refreshTokens.mint(session.id, counter, session.refreshSalt),
      expiresInSeconds,
      refreshExpiresInSeconds: Math.floor((session.expiresAt.getTime() - now.getTime()) / 1000),
      rights,
      user,
      session,
    };
  };
