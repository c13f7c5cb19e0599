import type { Rights, RightsOf } from '../../request/rights.ts';
import type { User } from '../../users/user.entity.ts';
import type { AccessTokens } from './access-token.ts';
import type { Session } from './session.entity.ts';

/** The tokens of a sign-in, a rotation or a step-up; the delivery decides where they go. */
export interface IssuedTokens<RefreshToken extends string | null = string> {
  readonly accessToken: string;
  readonly refreshToken: RefreshToken;
  readonly expiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
  readonly rights: Rights;
  readonly user: User;
  readonly session: Session;
}

export interface IssueTokensDeps {
  readonly accessTokens: Pick<AccessTokens, 'issue'>;
  readonly rightsOf: RightsOf;
}

interface Issue<RefreshToken> {
  /** The session's refresh token that goes along; null if the client keeps the one that it has. */
  readonly refreshToken: RefreshToken;
  /** The scopes to which this access token alone is narrowed; null if it may do what its session may. */
  readonly narrowing: readonly string[] | null;
  readonly now: Date;
}

export type IssueTokens = <RefreshToken extends string | null>(
  session: Session,
  issue: Issue<RefreshToken>,
) => Promise<IssuedTokens<RefreshToken>>;

/** Makes the tokens of a session, with the rights that its user has now. */
export const createIssueTokens =
  ({ accessTokens, rightsOf }: IssueTokensDeps): IssueTokens =>
  async (session, { refreshToken, narrowing, now }) => {
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
      refreshToken,
      expiresInSeconds,
      refreshExpiresInSeconds: Math.floor((session.expiresAt.getTime() - now.getTime()) / 1000),
      rights,
      user,
      session,
    };
  };
