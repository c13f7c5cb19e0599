import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ArticleRow } from '../articles/article.entity.ts';
import type { Connection } from '../database/pages.ts';
import type { AuditEventRow, AuditEventRow as ShownResultRow } from '../audit/audit-event.entity.ts';
import type { CommentRow } from '../comments/comment.entity.ts';
import type { ApiKeyRow } from '../identity/api-keys/api-key.entity.ts';
import type { ExternalIdentity as ExternalIdentityRow } from '../identity/external-login/external-identity.entity.ts';
import type { Passkey as PasskeyRow } from '../identity/passkeys/passkey.entity.ts';
import type { SessionRow } from '../identity/sessions/session.entity.ts';
import type { MfaChallenge as MfaChallengeRow } from '../identity/sign-in/mfa-challenge.entity.ts';
import type { TrustedDevice as TrustedDeviceRow } from '../identity/sign-in/trusted-device.entity.ts';
import type { SigningKey as SigningKeyRow } from '../identity/signing-keys/signing-key.entity.ts';
import type { UserRow } from '../users/user.entity.ts';
import type { TokenInspection as InspectedToken } from '../identity/sessions/token-inspection.ts';
import type { FieldAccess as FieldAccessLine } from '../authorization/index.ts';
import type { DeliveredTokens } from '../identity/sign-in/delivery.ts';
import type { RequestContext } from '../request/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A moment in time: RFC 3339, UTC, milliseconds. */
  DateTime: { input: Date; output: Date; }
  /** An e-mail address, normalised: trimmed, NFKC, lower case. */
  EmailAddress: { input: string; output: string; }
  JSON: { input: unknown; output: unknown; }
};

export type AcceptInvitationInput = {
  delivery?: InputMaybe<TokenDelivery>;
  displayName: Scalars['String']['input'];
  /** 8 to 128 characters, not a common one, not similar to the e-mail address or the name. */
  password: Scalars['String']['input'];
  token: Scalars['String']['input'];
};

/** One alternative of @access: all that it names is required. */
export type AccessAlternative = {
  /** A signed-in principal of one of these kinds. */
  kinds?: InputMaybe<Array<PrincipalKind>>;
  /** The request comes from one of these networks. */
  networks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Any one of these roles, inherited ones included. */
  roles?: InputMaybe<Array<Role>>;
  /** The rule of this name allows the principal: a feature brings it as one of its `rules`. */
  rule?: InputMaybe<Scalars['String']['input']>;
  /** All of these scopes. */
  scopes?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type AccessDecision = {
  __typename?: 'AccessDecision';
  coordinate: Scalars['String']['output'];
  outcome: AccessOutcome;
  path: Array<Scalars['String']['output']>;
  reason: Maybe<Scalars['String']['output']>;
  requirement: Scalars['String']['output'];
};

export type AccessOutcome =
  | 'ALLOWED'
  | 'DENIED'
  /** Only the object itself can tell. */
  | 'DEPENDS_ON_OBJECT';

/** `allowed` says that nothing is refused for certain. */
export type AccessReport = {
  __typename?: 'AccessReport';
  allowed: Scalars['Boolean']['output'];
  decisions: Array<AccessDecision>;
};

/** A directive of the schema that bears on an element. `place` is file and line. */
export type AccessRule = {
  __typename?: 'AccessRule';
  /** The element that carries it, from which others may inherit. */
  coordinate: Scalars['String']['output'];
  directive: Scalars['String']['output'];
  place: Maybe<Scalars['String']['output']>;
};

/**
 * A credential for programs, in `X-API-Key` or as Bearer. It acts for its owner within its own scopes and the owner's
 * rights of the moment, and never manages credentials or sessions.
 */
export type ApiKey = Node & {
  __typename?: 'ApiKey';
  createdAt: Scalars['DateTime']['output'];
  /** Null: never. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  /** To the minute. */
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  name: Scalars['String']['output'];
  /** CIDR ranges from which the key counts; none means anywhere. */
  networks: Array<Scalars['String']['output']>;
  /** The beginning of the key, which is no secret. */
  prefix: Scalars['String']['output'];
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** The scopes that the key has at most. */
  scopes: Array<Scalars['String']['output']>;
};

/** Readable when published; a draft by its author, EDITOR and ADMIN. A row that may not be read is absent. */
export type Article = Node & {
  __typename?: 'Article';
  author: User;
  body: Scalars['String']['output'];
  /** Newest first; without `first` and `last` the first 20. */
  comments: CommentConnection;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  publishedAt: Maybe<Scalars['DateTime']['output']>;
  status: ArticleStatus;
  title: Scalars['String']['output'];
  updatedAt: Scalars['DateTime']['output'];
  version: Scalars['Int']['output'];
  viewerCan: ArticlePermissions;
};


/** Readable when published; a draft by its author, EDITOR and ADMIN. A row that may not be read is absent. */
export type ArticleCommentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

export type ArticleConnection = {
  __typename?: 'ArticleConnection';
  edges: Array<ArticleEdge>;
  nodes: Array<Article>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type ArticleEdge = {
  __typename?: 'ArticleEdge';
  cursor: Scalars['String']['output'];
  node: Article;
};

export type ArticleFilter = {
  authorId?: InputMaybe<Scalars['ID']['input']>;
  status?: InputMaybe<ArticleStatus>;
  titleContains?: InputMaybe<Scalars['String']['input']>;
};

/** The actions that the caller may take on an article, for user interfaces: from the policies that decide. */
export type ArticlePermissions = {
  __typename?: 'ArticlePermissions';
  comment: Scalars['Boolean']['output'];
  delete: Scalars['Boolean']['output'];
  publish: Scalars['Boolean']['output'];
  update: Scalars['Boolean']['output'];
};

export type ArticleStatus =
  | 'DRAFT'
  | 'PUBLISHED';

/** Something that happened to accounts, sessions, keys or rights, or a mutation that was refused. It is never changed. */
export type AuditEvent = Node & {
  __typename?: 'AuditEvent';
  /** The user who did it; null for an unknown caller, and for the command line. */
  actor: Maybe<User>;
  at: Scalars['DateTime']['output'];
  details: Maybe<Scalars['JSON']['output']>;
  id: Scalars['ID']['output'];
  ipAddress: Maybe<Scalars['String']['output']>;
  outcome: AuditOutcome;
  /** As `x-request-id` told the client. */
  requestId: Maybe<Scalars['String']['output']>;
  sessionId: Maybe<Scalars['ID']['output']>;
  /** The id of the user, session, key or object to which it was done. */
  subjectId: Maybe<Scalars['ID']['output']>;
  /** `<what>.<happened>`, such as `session.started`. */
  type: Scalars['String']['output'];
  userAgent: Maybe<Scalars['String']['output']>;
};

export type AuditEventConnection = {
  __typename?: 'AuditEventConnection';
  edges: Array<AuditEventEdge>;
  nodes: Array<AuditEvent>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type AuditEventEdge = {
  __typename?: 'AuditEventEdge';
  cursor: Scalars['String']['output'];
  node: AuditEvent;
};

/** `since` belongs to the span, `until` does not. */
export type AuditFilter = {
  actorId?: InputMaybe<Scalars['ID']['input']>;
  outcome?: InputMaybe<AuditOutcome>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  type?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** An hour of the log. `events` counts up to a thousand; `more` says that there are further ones. */
export type AuditHour = {
  __typename?: 'AuditHour';
  at: Scalars['DateTime']['output'];
  events: Scalars['Int']['output'];
  more: Scalars['Boolean']['output'];
};

/** FAILURE: a password, code or token was wrong. DENIED: the caller may not do it. */
export type AuditOutcome =
  | 'DENIED'
  | 'FAILURE'
  | 'SUCCESS';

export type AuthMethod =
  | 'EMAIL'
  | 'EXTERNAL'
  | 'INVITATION'
  | 'PASSKEY'
  | 'PASSWORD'
  | 'RECOVERY_CODE'
  | 'TOTP';

/** `expiresIn` and `refreshExpiresIn` are seconds from now. */
export type AuthTokens = {
  __typename?: 'AuthTokens';
  accessToken: Maybe<Scalars['String']['output']>;
  /** Send it with the next sign-in on this device: strangers who guess passwords then do not use up its attempts. */
  deviceToken: Maybe<Scalars['String']['output']>;
  expiresIn: Scalars['Int']['output'];
  refreshExpiresIn: Scalars['Int']['output'];
  refreshToken: Maybe<Scalars['String']['output']>;
  /** The scopes of the access token, separated by spaces. */
  scope: Scalars['String']['output'];
  session: Session;
  tokenType: Scalars['String']['output'];
  user: User;
};

/** Readable if its article is. */
export type Comment = Node & {
  __typename?: 'Comment';
  article: Article;
  author: User;
  body: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  viewerCan: CommentPermissions;
};

export type CommentConnection = {
  __typename?: 'CommentConnection';
  edges: Array<CommentEdge>;
  nodes: Array<Comment>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type CommentEdge = {
  __typename?: 'CommentEdge';
  cursor: Scalars['String']['output'];
  node: Comment;
};

export type CommentPermissions = {
  __typename?: 'CommentPermissions';
  delete: Scalars['Boolean']['output'];
};

/** One proof: a `code` of an authenticator app, a `recoveryCode`, or `passkey`, the response to the challenge's `passkeyOptions`. `trustDevice` spares the second factor on this device from now on. */
export type CompleteMfaInput = {
  challenge: Scalars['String']['input'];
  code?: InputMaybe<Scalars['String']['input']>;
  passkey?: InputMaybe<Scalars['JSON']['input']>;
  recoveryCode?: InputMaybe<Scalars['String']['input']>;
  trustDevice?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The answer of `register` where registrations are confirmed by mail: the same for a new and a known e-mail address. `expiresIn` is seconds. */
export type ConfirmationSent = {
  __typename?: 'ConfirmationSent';
  expiresIn: Scalars['Int']['output'];
};

/** `networks` are CIDR ranges; none means anywhere. */
export type CreateApiKeyInput = {
  /** In the future; null means never. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** 1 to 100 characters. */
  name: Scalars['String']['input'];
  networks?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At least one, each covered by what the caller may do. */
  scopes: Array<Scalars['String']['input']>;
};

export type CreateArticleInput = {
  /** 1 to 100,000 characters. */
  body: Scalars['String']['input'];
  /** 1 to 200 characters. */
  title: Scalars['String']['input'];
};

export type CreatedApiKey = {
  __typename?: 'CreatedApiKey';
  apiKey: ApiKey;
  /** The whole key. It is shown this once. */
  secret: Scalars['String']['output'];
};

export type DatabaseKind =
  /** In the process of this server. */
  | 'EMBEDDED'
  | 'SERVER';

/** `handle` belongs to `finishEmailLogin`; null if it came as a cookie. `expiresIn` is seconds from now. */
export type EmailLogin = {
  __typename?: 'EmailLogin';
  expiresIn: Scalars['Int']['output'];
  handle: Maybe<Scalars['String']['output']>;
};

/** An identity of a provider that signs its owner in here. `subject` is the provider's id for the person. */
export type ExternalIdentity = Node & {
  __typename?: 'ExternalIdentity';
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  provider: Scalars['String']['output'];
  subject: Scalars['String']['output'];
};

/** Open `authorizationUrl` in a browser. A client that catches the redirect itself compares the `state` that comes back with this one. `handle` belongs to `completeExternalLogin`: keep it, and put it into no URL; null if it came as a cookie. */
export type ExternalLogin = {
  __typename?: 'ExternalLogin';
  authorizationUrl: Scalars['String']['output'];
  handle: Maybe<Scalars['String']['output']>;
  state: Scalars['String']['output'];
};

/** The access to one field: of anonymous, and of a user who holds one role alone. */
export type FieldAccess = {
  __typename?: 'FieldAccess';
  anonymous: AccessOutcome;
  coordinate: Scalars['String']['output'];
  policies: Array<PolicyInWords>;
  requirement: Scalars['String']['output'];
  roles: Array<RoleAccess>;
  rules: Array<AccessRule>;
  /** Surprises: a way around the rule, or a null that takes more along than the field. */
  warnings: Array<Scalars['String']['output']>;
};

/** `handle` as `beginEmailLogin` answered it (a cookie client's is in a cookie), with the `code` of the mail or the `token` of its link. */
export type FinishEmailLoginInput = {
  /** Six digits; blanks and hyphens between them do not matter. */
  code?: InputMaybe<Scalars['String']['input']>;
  delivery?: InputMaybe<TokenDelivery>;
  /** A name for the device, to show. */
  device?: InputMaybe<Scalars['String']['input']>;
  /** The token that an earlier sign-in on this device answered; cookie clients send it as a cookie. */
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  handle?: InputMaybe<Scalars['String']['input']>;
  token?: InputMaybe<Scalars['String']['input']>;
};

/** A provider with which people sign in here. */
export type IdentityProvider = {
  __typename?: 'IdentityProvider';
  displayName: Scalars['String']['output'];
  name: Scalars['String']['output'];
};

export type InviteUserInput = {
  email: Scalars['EmailAddress']['input'];
  /** None beyond one's own. */
  roles: Array<Role>;
};

/** `device` is a name to show; `deviceToken` is what an earlier sign-in on this device answered (cookie clients send it as a cookie). `scopes` narrow what the session may do. */
export type LoginInput = {
  delivery?: InputMaybe<TokenDelivery>;
  device?: InputMaybe<Scalars['String']['input']>;
  deviceToken?: InputMaybe<Scalars['String']['input']>;
  email: Scalars['String']['input'];
  password: Scalars['String']['input'];
  scopes?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type LoginResult = AuthTokens | ConfirmationSent | MfaChallenge;

export type MailDelivery =
  /** Files, in development. */
  | 'FOLDER'
  | 'OFF'
  | 'SMTP';

export type MailLink = {
  __typename?: 'MailLink';
  label: Scalars['String']['output'];
  url: Scalars['String']['output'];
};

/** A sign-in that waits for a second factor: answer it by `completeMfa` within `expiresIn` seconds. `methods` are those that the account can prove; `passkeyOptions` are for `navigator.credentials.get`. */
export type MfaChallenge = {
  __typename?: 'MfaChallenge';
  challenge: Scalars['String']['output'];
  expiresIn: Scalars['Int']['output'];
  methods: Array<AuthMethod>;
  passkeyOptions: Maybe<Scalars['JSON']['output']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Makes the account that an invitation offers, and signs it in. */
  acceptInvitation: LoginResult;
  /** `body` has 1 to 10,000 characters. */
  addComment: Comment;
  /** Mails a link and a code to the e-mail address, if it has an account. Answers alike for every one. FORBIDDEN if EMAIL_LOGIN is off. */
  beginEmailLogin: EmailLogin;
  /** Begins a sign-in with a provider, good for ten minutes. `returnTo` is one of the provider's return URLs, by default the first. With `delivery: COOKIE` the provider's callback signs in, in this browser alone; otherwise the callback hands `code`, `state` and `iss` to `returnTo`, for `completeExternalLogin`. With a user's access token, or `link: true`, it links the identity to the account instead, which takes a recent sign-in. A provider may sign in, without a question, any person at a browser that it knows: with `fresh: true`, and for a link, it is asked to have the person prove it anew. A sign-in is as recent as the provider tells, and long ago if it tells nothing. */
  beginExternalLogin: ExternalLogin;
  /** Answers the options for `navigator.credentials.get`. Without a user they are for `finishPasskeyLogin`; for a user who is signed in they are for `reauthenticate`. */
  beginPasskeyLogin: Scalars['JSON']['output'];
  /** Answers the options for `navigator.credentials.create`. They are good for one response within five minutes. */
  beginPasskeyRegistration: Scalars['JSON']['output'];
  /** Begins to add an authenticator app, or to replace the present one, which stays in force until the new one is confirmed. */
  beginTotpEnrolment: TotpEnrolment;
  /** Replaces the password and the session: every session ends and a new one begins. API keys live on, unless `revokeApiKeys` ends them, too; the mail to the owner says how many do. */
  changePassword: AuthTokens;
  /** Ends the account for good: sessions, keys and credentials are gone, the e-mail address is free again; what it published stays, under the name of a closed account. CONFLICT for the last ADMIN. */
  closeAccount: Scalars['Boolean']['output'];
  /** Signs in by what the provider gave to the redirect, and the `handle` that `beginExternalLogin` answered: INVALID_GRANT without it. REAUTHENTICATION_REQUIRED if it was begun with `fresh: true` and the provider tells of no proof. An identity that is not known here makes an account, if the provider has verified its e-mail address and no account has it; CONFLICT if one has: sign in to it, and link the identity there. */
  completeExternalLogin: LoginResult;
  /** Ends a sign-in by a second factor; the tokens come as `login` asked for. INVALID_GRANT for a challenge that cannot be answered any more: sign in again. */
  completeMfa: AuthTokens;
  /** Confirms the authenticator app by its first code. Its answer replaces earlier recovery codes. */
  confirmTotpEnrolment: RecoveryCodes;
  /** FORBIDDEN for scopes beyond one's own; CONFLICT beyond a hundred active keys. */
  createApiKey: CreatedApiKey;
  /** A draft of the caller's own. */
  createArticle: Article;
  /** Its comments go with it. Answers the id. */
  deleteArticle: Scalars['ID']['output'];
  /** By its author, or a moderator. Answers the id. */
  deleteComment: Scalars['ID']['output'];
  /** Removes the authenticator app; false if there was none. Recovery codes go along with the last second factor; so does, ending all sessions, a password of an account whose e-mail address no mail of ours has proved. */
  disableTotp: Scalars['Boolean']['output'];
  /** Ends every session and API key at once; the account answers like an unknown one until it is enabled again. `reason` is for other administrators to read. */
  disableUser: User;
  /** Lets a disabled user sign in again. Sessions and keys that were ended stay ended. */
  enableUser: User;
  /** Signs in by the code or the link of a mail, where `beginEmailLogin` was called: for ten minutes, five tries and one sign-in. */
  finishEmailLogin: LoginResult;
  /** Signs in by a passkey, without a user name. INVALID_CREDENTIALS alike for every response that is not accepted. */
  finishPasskeyLogin: AuthTokens;
  /** Adds a passkey by the response of the authenticator. CONFLICT if it is registered already; an account has at most twenty. */
  finishPasskeyRegistration: Passkey;
  /** Mails an invitation to an e-mail address that has no account; the latest one counts. FORBIDDEN for roles beyond one's own. */
  inviteUser: Scalars['Boolean']['output'];
  /** Signs in. INVALID_CREDENTIALS alike for an unknown e-mail address, a wrong password and a disabled account. */
  login: LoginResult;
  /** Ends the presented session, by refresh token, cookie or bearer, expired or not. Repeating it does no harm. */
  logout: Scalars['Boolean']['output'];
  /** Ends the caller's sessions on every device; answers how many ended. `revokeApiKeys` also ends the caller's API keys, and invitations that the caller sent. */
  logoutEverywhere: Scalars['Int']['output'];
  publishArticle: Article;
  /** Proves once more who is signed in, and answers a new access token of the same session; the refresh token stays. */
  reauthenticate: AuthTokens;
  /** Exchanges a refresh token for its successor; null means the cookie. INVALID_GRANT: sign in again. */
  refresh: AuthTokens;
  /** Replaces the recovery codes. */
  regenerateRecoveryCodes: RecoveryCodes;
  /** Makes an account and signs it in; CONFLICT if the e-mail address has one. If registrations are confirmed, answers ConfirmationSent for any e-mail address: the account comes into being by `verifyEmail`. FORBIDDEN if registration is closed. */
  register: LoginResult;
  /** Removes a passkey. CONFLICT if nothing else lets its user in. */
  removePasskey: Scalars['Boolean']['output'];
  renamePasskey: Passkey;
  /** Sends a link to the new e-mail address, three an hour; the account has it once `verifyEmail` confirmed it. Needs the account's `password`; of an account with a second factor a `code`, or a factor proved within the last 15 minutes. The old one gets a mail about it. */
  requestEmailChange: Scalars['Boolean']['output'];
  /** Sends a link to the account's e-mail address, three an hour; nothing if it is verified already. */
  requestEmailVerification: Scalars['Boolean']['output'];
  /** Sends a link to the e-mail address, if it has an account; three an hour. Always true. */
  requestPasswordReset: Scalars['Boolean']['output'];
  /** Sets a new password by a mailed link, and ends every session and every invitation that the account sent. `revokeApiKeys` ends its API keys, too; the first proof of the e-mail address always does. */
  resetPassword: Scalars['Boolean']['output'];
  /** Takes every second factor from a user who has lost them; the user is told by mail. If the e-mail address was only vouched for, identities, keys and the password go as well, and a mail to it lets in. FORBIDDEN for a user whose roles go beyond one's own. */
  resetUserFactors: User;
  /** Takes a change of e-mail address back, by the link that the old one got; for 7 days. Ends every session, and removes the factors, keys and other credentials that were added since. */
  revertEmailChange: Scalars['Boolean']['output'];
  /** Ends a key from the very next request on: an own one, or any with scope api-keys:revoke. Repeating it does no harm. */
  revokeApiKey: ApiKey;
  /** Ends one session: an own one, or any with scope sessions:revoke. */
  revokeSession: Session;
  /** Asks for the second factor on this device again. */
  revokeTrustedDevice: Scalars['Boolean']['output'];
  /** Answers how many sessions ended. */
  revokeUserSessions: Scalars['Int']['output'];
  /** Signs with the next key from now on, or with a new one if there is none, and answers that key. No session ends. */
  rotateSigningKeys: SigningKey;
  /** Binds the user's very next request. FORBIDDEN for roles beyond one's own; CONFLICT if no ADMIN would be left. */
  setUserRoles: User;
  /** Shows the result of a query as another caller gets it, who needs no credential for it and has none. It is read in one transaction that cannot write. BAD_USER_INPUT for anything but a query, and for a field with a `@rateLimit`; FORBIDDEN if the caller has rights that you do not have, or if SIMULATION_RESULTS is off. The audit log tells of it, and `resultsShown` tells the user. */
  simulateOperation: SimulatedResult;
  /** Removes an identity from the account. CONFLICT if nothing else lets its user in. */
  unlinkExternalIdentity: Scalars['Boolean']['output'];
  unpublishArticle: Article;
  updateArticle: Article;
  updateComment: Comment;
  updateProfile: User;
  /** Confirms what a mailed link was sent for: an e-mail address, a registration, a change of e-mail address. Needs the account's password, or its own session. */
  verifyEmail: Scalars['Boolean']['output'];
};


export type MutationAcceptInvitationArgs = {
  input: AcceptInvitationInput;
};


export type MutationAddCommentArgs = {
  articleId: Scalars['ID']['input'];
  body: Scalars['String']['input'];
};


export type MutationBeginEmailLoginArgs = {
  delivery?: InputMaybe<TokenDelivery>;
  email: Scalars['String']['input'];
};


export type MutationBeginExternalLoginArgs = {
  delivery?: InputMaybe<TokenDelivery>;
  fresh?: InputMaybe<Scalars['Boolean']['input']>;
  link?: InputMaybe<Scalars['Boolean']['input']>;
  provider: Scalars['String']['input'];
  returnTo?: InputMaybe<Scalars['String']['input']>;
};


export type MutationChangePasswordArgs = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
  revokeApiKeys?: InputMaybe<Scalars['Boolean']['input']>;
};


export type MutationCompleteExternalLoginArgs = {
  code: Scalars['String']['input'];
  handle?: InputMaybe<Scalars['String']['input']>;
  iss?: InputMaybe<Scalars['String']['input']>;
  state: Scalars['String']['input'];
};


export type MutationCompleteMfaArgs = {
  input: CompleteMfaInput;
};


export type MutationConfirmTotpEnrolmentArgs = {
  code: Scalars['String']['input'];
};


export type MutationCreateApiKeyArgs = {
  input: CreateApiKeyInput;
};


export type MutationCreateArticleArgs = {
  input: CreateArticleInput;
};


export type MutationDeleteArticleArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDeleteCommentArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDisableUserArgs = {
  reason?: InputMaybe<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};


export type MutationEnableUserArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationFinishEmailLoginArgs = {
  input: FinishEmailLoginInput;
};


export type MutationFinishPasskeyLoginArgs = {
  delivery?: InputMaybe<TokenDelivery>;
  response: Scalars['JSON']['input'];
};


export type MutationFinishPasskeyRegistrationArgs = {
  name?: InputMaybe<Scalars['String']['input']>;
  response: Scalars['JSON']['input'];
};


export type MutationInviteUserArgs = {
  input: InviteUserInput;
};


export type MutationLoginArgs = {
  input: LoginInput;
};


export type MutationLogoutArgs = {
  refreshToken?: InputMaybe<Scalars['String']['input']>;
};


export type MutationLogoutEverywhereArgs = {
  keepCurrent?: InputMaybe<Scalars['Boolean']['input']>;
  revokeApiKeys?: InputMaybe<Scalars['Boolean']['input']>;
};


export type MutationPublishArticleArgs = {
  id: Scalars['ID']['input'];
};


export type MutationReauthenticateArgs = {
  input: ReauthenticateInput;
};


export type MutationRefreshArgs = {
  refreshToken?: InputMaybe<Scalars['String']['input']>;
};


export type MutationRegisterArgs = {
  input: RegisterInput;
};


export type MutationRemovePasskeyArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRenamePasskeyArgs = {
  id: Scalars['ID']['input'];
  name: Scalars['String']['input'];
};


export type MutationRequestEmailChangeArgs = {
  code?: InputMaybe<Scalars['String']['input']>;
  newEmail: Scalars['EmailAddress']['input'];
  password?: InputMaybe<Scalars['String']['input']>;
};


export type MutationRequestPasswordResetArgs = {
  email: Scalars['String']['input'];
};


export type MutationResetPasswordArgs = {
  newPassword: Scalars['String']['input'];
  revokeApiKeys?: InputMaybe<Scalars['Boolean']['input']>;
  token: Scalars['String']['input'];
};


export type MutationResetUserFactorsArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationRevertEmailChangeArgs = {
  token: Scalars['String']['input'];
};


export type MutationRevokeApiKeyArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRevokeSessionArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRevokeTrustedDeviceArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRevokeUserSessionsArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationSetUserRolesArgs = {
  roles: Array<Role>;
  userId: Scalars['ID']['input'];
};


export type MutationSimulateOperationArgs = {
  input: SimulateAccessInput;
};


export type MutationUnlinkExternalIdentityArgs = {
  id: Scalars['ID']['input'];
};


export type MutationUnpublishArticleArgs = {
  id: Scalars['ID']['input'];
};


export type MutationUpdateArticleArgs = {
  id: Scalars['ID']['input'];
  input: UpdateArticleInput;
};


export type MutationUpdateCommentArgs = {
  body: Scalars['String']['input'];
  id: Scalars['ID']['input'];
};


export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};


export type MutationVerifyEmailArgs = {
  password?: InputMaybe<Scalars['String']['input']>;
  token: Scalars['String']['input'];
};

/** Anything that has an id of its own. */
export type Node = {
  id: Scalars['ID']['output'];
};

/** As Relay's cursor connections have it: `endCursor` goes into `after` to read on, `startCursor` into `before` to read back. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor: Maybe<Scalars['String']['output']>;
};

/** A passkey of an account. The key itself stays with its owner. */
export type Passkey = Node & {
  __typename?: 'Passkey';
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  name: Scalars['String']['output'];
};

/** The condition that a policy puts on each object, in words. */
export type PolicyInWords = {
  __typename?: 'PolicyInWords';
  action: Scalars['String']['output'];
  condition: Scalars['String']['output'];
  type: Scalars['String']['output'];
};

/** How this server stands, for those who run it. */
export type Posture = {
  __typename?: 'Posture';
  /** Accounts with the role ADMIN that may sign in. */
  administrators: Scalars['Int']['output'];
  administratorsWithoutSecondFactor: Scalars['Int']['output'];
  database: DatabaseKind;
  /** API keys that count and expire within fourteen days. */
  expiringApiKeys: Scalars['Int']['output'];
  mail: MailDelivery;
  production: Scalars['Boolean']['output'];
  redis: RedisState;
};

export type PrincipalKind =
  | 'API_KEY'
  | 'SERVICE'
  | 'USER';

export type Query = {
  __typename?: 'Query';
  /** Every field against anonymous and each role. */
  accessMatrix: Array<FieldAccess>;
  /** Every scope that is known, and the roles that hold it. */
  accessScopes: Array<ScopeHolders>;
  /** Null if absent or not readable. */
  article: Maybe<Article>;
  /** Readable ones only, newest first; without `first` and `last` the first 20. */
  articles: ArticleConnection;
  /** The events, newest first; without `first` and `last` the first 50. */
  auditEvents: AuditEventConnection;
  /** How much happened in each of the twenty-four hours of UTC that end with that of `until`, by default the present one. */
  auditHours: Array<AuditHour>;
  /** The providers of OIDC_PROVIDERS. */
  identityProviders: Array<IdentityProvider>;
  /** Reads an access token, and tells whether it is ours. */
  inspectToken: TokenInspection;
  /** The account that is signed in. */
  me: Maybe<User>;
  /** Any object by its id: what the object's own type allows. Null if absent or not readable. */
  node: Maybe<Node>;
  posture: Posture;
  /** The newest fifty times that an administrator was shown what a query answers you, newest first. None for a session that was narrowed. */
  resultsShown: Array<ShownResult>;
  /** Titles, bodies, comments and display names that contain the text; readable ones only, newest first. */
  search: Array<SearchResult>;
  /** Mails since the server started, newest first, a hundred at most. Null unless mails are files, which they never are in production. */
  sentMails: Maybe<Array<SentMail>>;
  /** The session of this request; null for a credential that has none. */
  session: Maybe<Session>;
  /** True if SIMULATION_RESULTS is on: `simulateOperation` shows results. */
  showsSimulatedResults: Scalars['Boolean']['output'];
  /** The access matrix as a signed page for an auditor. CONFLICT under JWT_ALGORITHM=HS256, which only this server can verify. */
  signedAccessMatrix: SignedPage;
  /** The newest fifty, newest first. */
  signingKeys: Array<SigningKey>;
  /** Tells what a caller would be refused in an operation, and why. Nothing of it is run. */
  simulateAccess: AccessReport;
  /** Newest first; `search` looks through names and e-mail addresses. Without `first` and `last` the first 20. */
  users: UserConnection;
};


export type QueryArticleArgs = {
  id: Scalars['ID']['input'];
};


export type QueryArticlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ArticleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditHoursArgs = {
  until?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryInspectTokenArgs = {
  token: Scalars['String']['input'];
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySearchArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  query: Scalars['String']['input'];
};


export type QuerySimulateAccessArgs = {
  input: SimulateAccessInput;
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

/** An account with a second factor proves that, by `code`, `recoveryCode` or `passkey`, with or without the password; any other account gives its password. */
export type ReauthenticateInput = {
  code?: InputMaybe<Scalars['String']['input']>;
  passkey?: InputMaybe<Scalars['JSON']['input']>;
  password?: InputMaybe<Scalars['String']['input']>;
  recoveryCode?: InputMaybe<Scalars['String']['input']>;
};

/** They are shown this once. Each is good for one use. */
export type RecoveryCodes = {
  __typename?: 'RecoveryCodes';
  codes: Array<Scalars['String']['output']>;
};

export type RedisState =
  /** Configured, and it does not answer: limits are counted on this node meanwhile. */
  | 'AWAY'
  /** Not configured: limits are counted on each node. */
  | 'OFF'
  | 'READY';

export type RegisterInput = {
  delivery?: InputMaybe<TokenDelivery>;
  displayName: Scalars['String']['input'];
  email: Scalars['EmailAddress']['input'];
  /** 8 to 128 characters, not a common one, not similar to the e-mail address or the name. */
  password: Scalars['String']['input'];
};

/** Roles are granted to users. ADMIN includes MODERATOR and EDITOR; each of those includes VIEWER. */
export type Role =
  | 'ADMIN'
  | 'EDITOR'
  | 'MODERATOR'
  | 'VIEWER';

export type RoleAccess = {
  __typename?: 'RoleAccess';
  outcome: AccessOutcome;
  role: Role;
};

/** A scope that the schema asks for, and the roles that hold it. */
export type ScopeHolders = {
  __typename?: 'ScopeHolders';
  roles: Array<Role>;
  scope: Scalars['String']['output'];
};

export type SearchResult = Article | Comment | User;

/** A mail of a development server. */
export type SentMail = {
  __typename?: 'SentMail';
  at: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  kind: Scalars['String']['output'];
  links: Array<MailLink>;
  subject: Scalars['String']['output'];
  text: Scalars['String']['output'];
  to: Scalars['String']['output'];
};

/** One sign-in on one device, renewed by refresh tokens. */
export type Session = Node & {
  __typename?: 'Session';
  createdAt: Scalars['DateTime']['output'];
  /** True for the session of this request. */
  current: Scalars['Boolean']['output'];
  device: Maybe<Scalars['String']['output']>;
  endedAt: Maybe<Scalars['DateTime']['output']>;
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  ipAddress: Maybe<Scalars['String']['output']>;
  lastUsedAt: Scalars['DateTime']['output'];
  methods: Array<AuthMethod>;
  userAgent: Maybe<Scalars['String']['output']>;
};

/** That an administrator was shown what a query answers the user. */
export type ShownResult = {
  __typename?: 'ShownResult';
  at: Scalars['DateTime']['output'];
  /** The administrator. */
  by: Maybe<User>;
  /** The fields of the query. */
  fields: Array<Scalars['String']['output']>;
};

/** A page that stands by itself. Its last line is a signature over all before it, by the key `keyId` of this server's key set. */
export type SignedPage = {
  __typename?: 'SignedPage';
  html: Scalars['String']['output'];
  keyId: Scalars['ID']['output'];
};

/** A key of access tokens. `id` is the `kid` of the tokens that it signs; no secret part of it is told. */
export type SigningKey = {
  __typename?: 'SigningKey';
  algorithm: Scalars['String']['output'];
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** When it stopped signing. */
  signedUntil: Maybe<Scalars['DateTime']['output']>;
  state: SigningKeyState;
};

/** NEXT is published before it signs; RETIRING signs no more, but what it signed still counts; RETIRED is over. */
export type SigningKeyState =
  | 'ACTIVE'
  | 'NEXT'
  | 'RETIRED'
  | 'RETIRING';

/** Whom to pretend to be, as if signed in this moment: a user, who must not be disabled and has proved a second factor if the account has one, or a made-up principal of roles and scopes, who has proved one; neither means anonymous. */
export type SimulateAccessInput = {
  operation: Scalars['String']['input'];
  operationName?: InputMaybe<Scalars['String']['input']>;
  roles?: InputMaybe<Array<Role>>;
  /** The scopes of the made-up credential; by default those of its roles. */
  scopes?: InputMaybe<Array<Scalars['String']['input']>>;
  userId?: InputMaybe<Scalars['ID']['input']>;
  variables?: InputMaybe<Scalars['JSON']['input']>;
};

/** The answer to a query: `data` and `errors` as its caller gets them. `errors` is null if there are none. */
export type SimulatedResult = {
  __typename?: 'SimulatedResult';
  data: Maybe<Scalars['JSON']['output']>;
  errors: Maybe<Array<Scalars['JSON']['output']>>;
};

/** Served at the same URL by graphql-transport-ws. Each event is checked anew, against what its receiver may do then. */
export type Subscription = {
  __typename?: 'Subscription';
  articlePublished: Article;
  /** Own sessions only. */
  sessionEnded: Session;
};

/** BODY: tokens in the answer. COOKIE: httpOnly cookies, tokens null in the answer. */
export type TokenDelivery =
  | 'BODY'
  | 'COOKIE';

/** `problem` is not_a_token, not_ours or expired. All but `revoked` could be read by any holder of the token. */
export type TokenInspection = {
  __typename?: 'TokenInspection';
  claims: Maybe<Scalars['JSON']['output']>;
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  header: Maybe<Scalars['JSON']['output']>;
  problem: Maybe<Scalars['String']['output']>;
  /** True if its session has ended, or its user may not sign in any more; null for a token that is not ours. */
  revoked: Maybe<Scalars['Boolean']['output']>;
  valid: Scalars['Boolean']['output'];
};

/** Scan `qrCode`, an SVG image, with an authenticator app, open `uri`, or type `secret`; then confirm by a code. */
export type TotpEnrolment = {
  __typename?: 'TotpEnrolment';
  qrCode: Scalars['String']['output'];
  secret: Scalars['String']['output'];
  uri: Scalars['String']['output'];
};

/** A device on which a sign-in is not asked for the second factor. */
export type TrustedDevice = {
  __typename?: 'TrustedDevice';
  createdAt: Scalars['DateTime']['output'];
  /** True for the device of this request's session. */
  current: Scalars['Boolean']['output'];
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  name: Maybe<Scalars['String']['output']>;
};

/** What is left out, or null, stays as it is. `authorId` moves ownership: role ADMIN only. `expectedVersion` refuses a lost update with CONFLICT. */
export type UpdateArticleInput = {
  authorId?: InputMaybe<Scalars['ID']['input']>;
  body?: InputMaybe<Scalars['String']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  title?: InputMaybe<Scalars['String']['input']>;
};

/** What is left out, or null, stays as it is. */
export type UpdateProfileInput = {
  displayName?: InputMaybe<Scalars['String']['input']>;
};

/** A person with an account. Names are public; the rest is for the account itself and for those who manage users. */
export type User = Node & {
  __typename?: 'User';
  /** Living ones, newest first. For the user in person. */
  apiKeys: Maybe<Array<ApiKey>>;
  /** Readable ones only, newest first; without `first` and `last` the first 20. */
  articles: ArticleConnection;
  createdAt: Scalars['DateTime']['output'];
  /** Why the account is disabled, as an administrator wrote it; null if nobody did. */
  disabledReason: Maybe<Scalars['String']['output']>;
  displayName: Scalars['String']['output'];
  email: Maybe<Scalars['EmailAddress']['output']>;
  emailVerified: Maybe<Scalars['Boolean']['output']>;
  /** Newest first. For the user in person. */
  externalIdentities: Maybe<Array<ExternalIdentity>>;
  /** False for an account that a provider, a passkey or a mail lets in alone. For the user in person. */
  hasPassword: Maybe<Scalars['Boolean']['output']>;
  id: Scalars['ID']['output'];
  mfaEnabled: Maybe<Scalars['Boolean']['output']>;
  /** The arguments of `PublicKeyCredential.signalAllAcceptedCredentials` and `signalCurrentUserDetails`, so that a password manager drops what was removed. */
  passkeySignals: Maybe<Scalars['JSON']['output']>;
  /** Newest first. For the user in person. */
  passkeys: Maybe<Array<Passkey>>;
  /** How many recovery codes are left. For the user in person. */
  recoveryCodesLeft: Maybe<Scalars['Int']['output']>;
  roles: Maybe<Array<Role>>;
  /** The scopes of the present credential. */
  scopes: Maybe<Array<Scalars['String']['output']>>;
  /** The second factors that the account can prove, with RECOVERY_CODE if there are any. For the user in person. */
  secondFactors: Maybe<Array<AuthMethod>>;
  /** Living ones, newest first. For the user in person, and for those who may revoke sessions. */
  sessions: Maybe<Array<Session>>;
  status: Maybe<UserStatus>;
  /** Newest first. For the user in person. */
  trustedDevices: Maybe<Array<TrustedDevice>>;
};


/** A person with an account. Names are public; the rest is for the account itself and for those who manage users. */
export type UserArticlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

export type UserConnection = {
  __typename?: 'UserConnection';
  edges: Array<UserEdge>;
  nodes: Array<User>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type UserEdge = {
  __typename?: 'UserEdge';
  cursor: Scalars['String']['output'];
  node: User;
};

export type UserStatus =
  | 'ACTIVE'
  | 'DISABLED';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  LoginResult:
    | ( DeliveredTokens )
    | ( ConfirmationSent )
    | ( MfaChallengeRow )
  ;
  SearchResult:
    | ( ArticleRow )
    | ( CommentRow )
    | ( UserRow )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( ApiKeyRow )
    | ( ArticleRow )
    | ( AuditEventRow )
    | ( CommentRow )
    | ( ExternalIdentityRow )
    | ( PasskeyRow )
    | ( SessionRow )
    | ( UserRow )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptInvitationInput: AcceptInvitationInput;
  AccessAlternative: AccessAlternative;
  AccessDecision: ResolverTypeWrapper<AccessDecision>;
  AccessOutcome: AccessOutcome;
  AccessReport: ResolverTypeWrapper<AccessReport>;
  AccessRule: ResolverTypeWrapper<AccessRule>;
  ApiKey: ResolverTypeWrapper<ApiKeyRow>;
  Article: ResolverTypeWrapper<ArticleRow>;
  ArticleConnection: ResolverTypeWrapper<Connection<ArticleRow>>;
  ArticleEdge: ResolverTypeWrapper<ArticleRow>;
  ArticleFilter: ArticleFilter;
  ArticlePermissions: ResolverTypeWrapper<ArticleRow>;
  ArticleStatus: ArticleStatus;
  AuditEvent: ResolverTypeWrapper<AuditEventRow>;
  AuditEventConnection: ResolverTypeWrapper<Connection<AuditEventRow>>;
  AuditEventEdge: ResolverTypeWrapper<AuditEventRow>;
  AuditFilter: AuditFilter;
  AuditHour: ResolverTypeWrapper<AuditHour>;
  AuditOutcome: AuditOutcome;
  AuthMethod: AuthMethod;
  AuthTokens: ResolverTypeWrapper<DeliveredTokens>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Comment: ResolverTypeWrapper<CommentRow>;
  CommentConnection: ResolverTypeWrapper<Connection<CommentRow>>;
  CommentEdge: ResolverTypeWrapper<CommentRow>;
  CommentPermissions: ResolverTypeWrapper<CommentRow>;
  CompleteMfaInput: CompleteMfaInput;
  ConfirmationSent: ResolverTypeWrapper<ConfirmationSent>;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateArticleInput: CreateArticleInput;
  CreatedApiKey: ResolverTypeWrapper<Omit<CreatedApiKey, 'apiKey'> & { apiKey: ResolversTypes['ApiKey'] }>;
  DatabaseKind: DatabaseKind;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  EmailLogin: ResolverTypeWrapper<EmailLogin>;
  ExternalIdentity: ResolverTypeWrapper<ExternalIdentityRow>;
  ExternalLogin: ResolverTypeWrapper<ExternalLogin>;
  FieldAccess: ResolverTypeWrapper<FieldAccessLine>;
  FinishEmailLoginInput: FinishEmailLoginInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  IdentityProvider: ResolverTypeWrapper<IdentityProvider>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InviteUserInput: InviteUserInput;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  LoginInput: LoginInput;
  LoginResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LoginResult']>;
  MailDelivery: MailDelivery;
  MailLink: ResolverTypeWrapper<MailLink>;
  MfaChallenge: ResolverTypeWrapper<MfaChallengeRow>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Passkey: ResolverTypeWrapper<PasskeyRow>;
  PolicyInWords: ResolverTypeWrapper<PolicyInWords>;
  Posture: ResolverTypeWrapper<Posture>;
  PrincipalKind: PrincipalKind;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReauthenticateInput: ReauthenticateInput;
  RecoveryCodes: ResolverTypeWrapper<RecoveryCodes>;
  RedisState: RedisState;
  RegisterInput: RegisterInput;
  Role: Role;
  RoleAccess: ResolverTypeWrapper<RoleAccess>;
  ScopeHolders: ResolverTypeWrapper<ScopeHolders>;
  SearchResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SearchResult']>;
  SentMail: ResolverTypeWrapper<SentMail>;
  Session: ResolverTypeWrapper<SessionRow>;
  ShownResult: ResolverTypeWrapper<ShownResultRow>;
  SignedPage: ResolverTypeWrapper<SignedPage>;
  SigningKey: ResolverTypeWrapper<SigningKeyRow>;
  SigningKeyState: SigningKeyState;
  SimulateAccessInput: SimulateAccessInput;
  SimulatedResult: ResolverTypeWrapper<SimulatedResult>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TokenDelivery: TokenDelivery;
  TokenInspection: ResolverTypeWrapper<InspectedToken>;
  TotpEnrolment: ResolverTypeWrapper<TotpEnrolment>;
  TrustedDevice: ResolverTypeWrapper<TrustedDeviceRow>;
  UpdateArticleInput: UpdateArticleInput;
  UpdateProfileInput: UpdateProfileInput;
  User: ResolverTypeWrapper<UserRow>;
  UserConnection: ResolverTypeWrapper<Connection<UserRow>>;
  UserEdge: ResolverTypeWrapper<UserRow>;
  UserStatus: UserStatus;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptInvitationInput: AcceptInvitationInput;
  AccessAlternative: AccessAlternative;
  AccessDecision: AccessDecision;
  AccessReport: AccessReport;
  AccessRule: AccessRule;
  ApiKey: ApiKeyRow;
  Article: ArticleRow;
  ArticleConnection: Connection<ArticleRow>;
  ArticleEdge: ArticleRow;
  ArticleFilter: ArticleFilter;
  ArticlePermissions: ArticleRow;
  AuditEvent: AuditEventRow;
  AuditEventConnection: Connection<AuditEventRow>;
  AuditEventEdge: AuditEventRow;
  AuditFilter: AuditFilter;
  AuditHour: AuditHour;
  AuthTokens: DeliveredTokens;
  Boolean: Scalars['Boolean']['output'];
  Comment: CommentRow;
  CommentConnection: Connection<CommentRow>;
  CommentEdge: CommentRow;
  CommentPermissions: CommentRow;
  CompleteMfaInput: CompleteMfaInput;
  ConfirmationSent: ConfirmationSent;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateArticleInput: CreateArticleInput;
  CreatedApiKey: Omit<CreatedApiKey, 'apiKey'> & { apiKey: ResolversParentTypes['ApiKey'] };
  DateTime: Scalars['DateTime']['output'];
  EmailAddress: Scalars['EmailAddress']['output'];
  EmailLogin: EmailLogin;
  ExternalIdentity: ExternalIdentityRow;
  ExternalLogin: ExternalLogin;
  FieldAccess: FieldAccessLine;
  FinishEmailLoginInput: FinishEmailLoginInput;
  ID: Scalars['ID']['output'];
  IdentityProvider: IdentityProvider;
  Int: Scalars['Int']['output'];
  InviteUserInput: InviteUserInput;
  JSON: Scalars['JSON']['output'];
  LoginInput: LoginInput;
  LoginResult: ResolversUnionTypes<ResolversParentTypes>['LoginResult'];
  MailLink: MailLink;
  MfaChallenge: MfaChallengeRow;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  Passkey: PasskeyRow;
  PolicyInWords: PolicyInWords;
  Posture: Posture;
  Query: Record<PropertyKey, never>;
  ReauthenticateInput: ReauthenticateInput;
  RecoveryCodes: RecoveryCodes;
  RegisterInput: RegisterInput;
  RoleAccess: RoleAccess;
  ScopeHolders: ScopeHolders;
  SearchResult: ResolversUnionTypes<ResolversParentTypes>['SearchResult'];
  SentMail: SentMail;
  Session: SessionRow;
  ShownResult: ShownResultRow;
  SignedPage: SignedPage;
  SigningKey: SigningKeyRow;
  SimulateAccessInput: SimulateAccessInput;
  SimulatedResult: SimulatedResult;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TokenInspection: InspectedToken;
  TotpEnrolment: TotpEnrolment;
  TrustedDevice: TrustedDeviceRow;
  UpdateArticleInput: UpdateArticleInput;
  UpdateProfileInput: UpdateProfileInput;
  User: UserRow;
  UserConnection: Connection<UserRow>;
  UserEdge: UserRow;
};

export type AcceptsEndedDirectiveArgs = { };

export type AcceptsEndedDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = AcceptsEndedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessDirectiveArgs = {
  anyOf: Array<AccessAlternative>;
};

export type AccessDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AuthDirectiveArgs = {
  kinds?: Maybe<Array<PrincipalKind>>;
};

export type AuthDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = AuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CanDirectiveArgs = {
  action: Scalars['String']['input'];
  id?: Maybe<Scalars['String']['input']>;
  on?: Maybe<Scalars['String']['input']>;
};

export type CanDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = CanDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasRoleDirectiveArgs = {
  roles: Array<Role>;
};

export type HasRoleDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = HasRoleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasScopeDirectiveArgs = {
  scopes: Array<Array<Scalars['String']['input']>>;
};

export type HasScopeDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = HasScopeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type MfaDirectiveArgs = {
  ifEnrolled?: Scalars['Boolean']['input'];
  maxAge?: Scalars['Int']['input'];
};

export type MfaDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = MfaDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type NetworkDirectiveArgs = {
  names: Array<Scalars['String']['input']>;
};

export type NetworkDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = NetworkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PositionalDirectiveArgs = { };

export type PositionalDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = PositionalDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PublicDirectiveArgs = { };

export type PublicDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = PublicDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RateLimitDirectiveArgs = {
  identityArgs?: Maybe<Array<Scalars['String']['input']>>;
  max: Scalars['Int']['input'];
  message?: Maybe<Scalars['String']['input']>;
  onlyFailures?: Scalars['Boolean']['input'];
  window: Scalars['String']['input'];
};

export type RateLimitDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = RateLimitDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RecentAuthDirectiveArgs = {
  maxAge?: Scalars['Int']['input'];
};

export type RecentAuthDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = RecentAuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SameAsDirectiveArgs = {
  field: Scalars['String']['input'];
};

export type SameAsDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = SameAsDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SoleDirectiveArgs = { };

export type SoleDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = SoleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessDecisionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AccessDecision'] = ResolversParentTypes['AccessDecision']> = {
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['AccessOutcome'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requirement?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AccessReportResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AccessReport'] = ResolversParentTypes['AccessReport']> = {
  allowed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  decisions?: Resolver<Array<ResolversTypes['AccessDecision']>, ParentType, ContextType>;
};

export type AccessRuleResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AccessRule'] = ResolversParentTypes['AccessRule']> = {
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  directive?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  place?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  networks?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  prefix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ArticleResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Article'] = ResolversParentTypes['Article']> = {
  author?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  comments?: Resolver<ResolversTypes['CommentConnection'], ParentType, ContextType, Partial<ArticleCommentsArgs>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  publishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ArticleStatus'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  viewerCan?: Resolver<ResolversTypes['ArticlePermissions'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ArticleConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ArticleConnection'] = ResolversParentTypes['ArticleConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ArticleEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Article']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ArticleEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ArticleEdge'] = ResolversParentTypes['ArticleEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Article'], ParentType, ContextType>;
};

export type ArticlePermissionsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ArticlePermissions'] = ResolversParentTypes['ArticlePermissions']> = {
  comment?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  delete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  publish?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  update?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AuditEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  details?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['AuditOutcome'], ParentType, ContextType>;
  requestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  subjectId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AuditEventConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditEventConnection'] = ResolversParentTypes['AuditEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AuditEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditEventEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditEventEdge'] = ResolversParentTypes['AuditEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEvent'], ParentType, ContextType>;
};

export type AuditHourResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditHour'] = ResolversParentTypes['AuditHour']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  more?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AuthTokensResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuthTokens'] = ResolversParentTypes['AuthTokens']> = {
  accessToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  deviceToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refreshExpiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refreshToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  tokenType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CommentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Comment'] = ResolversParentTypes['Comment']> = {
  article?: Resolver<ResolversTypes['Article'], ParentType, ContextType>;
  author?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  viewerCan?: Resolver<ResolversTypes['CommentPermissions'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CommentConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CommentConnection'] = ResolversParentTypes['CommentConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CommentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Comment']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CommentEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CommentEdge'] = ResolversParentTypes['CommentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Comment'], ParentType, ContextType>;
};

export type CommentPermissionsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CommentPermissions'] = ResolversParentTypes['CommentPermissions']> = {
  delete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ConfirmationSentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ConfirmationSent'] = ResolversParentTypes['ConfirmationSent']> = {
  expiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreatedApiKeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreatedApiKey'] = ResolversParentTypes['CreatedApiKey']> = {
  apiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type EmailLoginResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EmailLogin'] = ResolversParentTypes['EmailLogin']> = {
  expiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  handle?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ExternalIdentityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExternalIdentity'] = ResolversParentTypes['ExternalIdentity']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ExternalLoginResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ExternalLogin'] = ResolversParentTypes['ExternalLogin']> = {
  authorizationUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  handle?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FieldAccessResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['FieldAccess'] = ResolversParentTypes['FieldAccess']> = {
  anonymous?: Resolver<ResolversTypes['AccessOutcome'], ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  policies?: Resolver<Array<ResolversTypes['PolicyInWords']>, ParentType, ContextType>;
  requirement?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['RoleAccess']>, ParentType, ContextType>;
  rules?: Resolver<Array<ResolversTypes['AccessRule']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type IdentityProviderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IdentityProvider'] = ResolversParentTypes['IdentityProvider']> = {
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LoginResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LoginResult'] = ResolversParentTypes['LoginResult']> = {
  __resolveType?: TypeResolveFn<'AuthTokens' | 'ConfirmationSent' | 'MfaChallenge', ParentType, ContextType>;
};

export type MailLinkResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MailLink'] = ResolversParentTypes['MailLink']> = {
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MfaChallengeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MfaChallenge'] = ResolversParentTypes['MfaChallenge']> = {
  challenge?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  methods?: Resolver<Array<ResolversTypes['AuthMethod']>, ParentType, ContextType>;
  passkeyOptions?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptInvitation?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationAcceptInvitationArgs, 'input'>>;
  addComment?: Resolver<ResolversTypes['Comment'], ParentType, ContextType, RequireFields<MutationAddCommentArgs, 'articleId' | 'body'>>;
  beginEmailLogin?: Resolver<ResolversTypes['EmailLogin'], ParentType, ContextType, RequireFields<MutationBeginEmailLoginArgs, 'delivery' | 'email'>>;
  beginExternalLogin?: Resolver<ResolversTypes['ExternalLogin'], ParentType, ContextType, RequireFields<MutationBeginExternalLoginArgs, 'delivery' | 'provider'>>;
  beginPasskeyLogin?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  beginPasskeyRegistration?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  beginTotpEnrolment?: Resolver<ResolversTypes['TotpEnrolment'], ParentType, ContextType>;
  changePassword?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'currentPassword' | 'newPassword' | 'revokeApiKeys'>>;
  closeAccount?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  completeExternalLogin?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationCompleteExternalLoginArgs, 'code' | 'state'>>;
  completeMfa?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, RequireFields<MutationCompleteMfaArgs, 'input'>>;
  confirmTotpEnrolment?: Resolver<ResolversTypes['RecoveryCodes'], ParentType, ContextType, RequireFields<MutationConfirmTotpEnrolmentArgs, 'code'>>;
  createApiKey?: Resolver<ResolversTypes['CreatedApiKey'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  createArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationCreateArticleArgs, 'input'>>;
  deleteArticle?: Resolver<ResolversTypes['ID'], ParentType, ContextType, RequireFields<MutationDeleteArticleArgs, 'id'>>;
  deleteComment?: Resolver<ResolversTypes['ID'], ParentType, ContextType, RequireFields<MutationDeleteCommentArgs, 'id'>>;
  disableTotp?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  disableUser?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'userId'>>;
  enableUser?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'userId'>>;
  finishEmailLogin?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationFinishEmailLoginArgs, 'input'>>;
  finishPasskeyLogin?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, RequireFields<MutationFinishPasskeyLoginArgs, 'delivery' | 'response'>>;
  finishPasskeyRegistration?: Resolver<ResolversTypes['Passkey'], ParentType, ContextType, RequireFields<MutationFinishPasskeyRegistrationArgs, 'response'>>;
  inviteUser?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationInviteUserArgs, 'input'>>;
  login?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationLoginArgs, 'input'>>;
  logout?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, Partial<MutationLogoutArgs>>;
  logoutEverywhere?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationLogoutEverywhereArgs, 'keepCurrent' | 'revokeApiKeys'>>;
  publishArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationPublishArticleArgs, 'id'>>;
  reauthenticate?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, RequireFields<MutationReauthenticateArgs, 'input'>>;
  refresh?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, Partial<MutationRefreshArgs>>;
  regenerateRecoveryCodes?: Resolver<ResolversTypes['RecoveryCodes'], ParentType, ContextType>;
  register?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationRegisterArgs, 'input'>>;
  removePasskey?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRemovePasskeyArgs, 'id'>>;
  renamePasskey?: Resolver<ResolversTypes['Passkey'], ParentType, ContextType, RequireFields<MutationRenamePasskeyArgs, 'id' | 'name'>>;
  requestEmailChange?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRequestEmailChangeArgs, 'newEmail'>>;
  requestEmailVerification?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  requestPasswordReset?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRequestPasswordResetArgs, 'email'>>;
  resetPassword?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'newPassword' | 'revokeApiKeys' | 'token'>>;
  resetUserFactors?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationResetUserFactorsArgs, 'userId'>>;
  revertEmailChange?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRevertEmailChangeArgs, 'token'>>;
  revokeApiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'id'>>;
  revokeSession?: Resolver<ResolversTypes['Session'], ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'id'>>;
  revokeTrustedDevice?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRevokeTrustedDeviceArgs, 'id'>>;
  revokeUserSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'userId'>>;
  rotateSigningKeys?: Resolver<ResolversTypes['SigningKey'], ParentType, ContextType>;
  setUserRoles?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationSetUserRolesArgs, 'roles' | 'userId'>>;
  simulateOperation?: Resolver<ResolversTypes['SimulatedResult'], ParentType, ContextType, RequireFields<MutationSimulateOperationArgs, 'input'>>;
  unlinkExternalIdentity?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationUnlinkExternalIdentityArgs, 'id'>>;
  unpublishArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationUnpublishArticleArgs, 'id'>>;
  updateArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationUpdateArticleArgs, 'id' | 'input'>>;
  updateComment?: Resolver<ResolversTypes['Comment'], ParentType, ContextType, RequireFields<MutationUpdateCommentArgs, 'body' | 'id'>>;
  updateProfile?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  verifyEmail?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationVerifyEmailArgs, 'token'>>;
};

export type NodeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType?: TypeResolveFn<'ApiKey' | 'Article' | 'AuditEvent' | 'Comment' | 'ExternalIdentity' | 'Passkey' | 'Session' | 'User', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PasskeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Passkey'] = ResolversParentTypes['Passkey']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PolicyInWordsResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PolicyInWords'] = ResolversParentTypes['PolicyInWords']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  condition?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PostureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Posture'] = ResolversParentTypes['Posture']> = {
  administrators?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  administratorsWithoutSecondFactor?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  database?: Resolver<ResolversTypes['DatabaseKind'], ParentType, ContextType>;
  expiringApiKeys?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mail?: Resolver<ResolversTypes['MailDelivery'], ParentType, ContextType>;
  production?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  redis?: Resolver<ResolversTypes['RedisState'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  accessMatrix?: Resolver<Array<ResolversTypes['FieldAccess']>, ParentType, ContextType>;
  accessScopes?: Resolver<Array<ResolversTypes['ScopeHolders']>, ParentType, ContextType>;
  article?: Resolver<Maybe<ResolversTypes['Article']>, ParentType, ContextType, RequireFields<QueryArticleArgs, 'id'>>;
  articles?: Resolver<ResolversTypes['ArticleConnection'], ParentType, ContextType, Partial<QueryArticlesArgs>>;
  auditEvents?: Resolver<ResolversTypes['AuditEventConnection'], ParentType, ContextType, Partial<QueryAuditEventsArgs>>;
  auditHours?: Resolver<Array<ResolversTypes['AuditHour']>, ParentType, ContextType, Partial<QueryAuditHoursArgs>>;
  identityProviders?: Resolver<Array<ResolversTypes['IdentityProvider']>, ParentType, ContextType>;
  inspectToken?: Resolver<ResolversTypes['TokenInspection'], ParentType, ContextType, RequireFields<QueryInspectTokenArgs, 'token'>>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  posture?: Resolver<ResolversTypes['Posture'], ParentType, ContextType>;
  resultsShown?: Resolver<Array<ResolversTypes['ShownResult']>, ParentType, ContextType>;
  search?: Resolver<Array<ResolversTypes['SearchResult']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'first' | 'query'>>;
  sentMails?: Resolver<Maybe<Array<ResolversTypes['SentMail']>>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  showsSimulatedResults?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  signedAccessMatrix?: Resolver<ResolversTypes['SignedPage'], ParentType, ContextType>;
  signingKeys?: Resolver<Array<ResolversTypes['SigningKey']>, ParentType, ContextType>;
  simulateAccess?: Resolver<ResolversTypes['AccessReport'], ParentType, ContextType, RequireFields<QuerySimulateAccessArgs, 'input'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, Partial<QueryUsersArgs>>;
};

export type RecoveryCodesResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecoveryCodes'] = ResolversParentTypes['RecoveryCodes']> = {
  codes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RoleAccessResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RoleAccess'] = ResolversParentTypes['RoleAccess']> = {
  outcome?: Resolver<ResolversTypes['AccessOutcome'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type ScopeHoldersResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ScopeHolders'] = ResolversParentTypes['ScopeHolders']> = {
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SearchResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  __resolveType?: TypeResolveFn<'Article' | 'Comment' | 'User', ParentType, ContextType>;
};

export type SentMailResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SentMail'] = ResolversParentTypes['SentMail']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  links?: Resolver<Array<ResolversTypes['MailLink']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  device?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastUsedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  methods?: Resolver<Array<ResolversTypes['AuthMethod']>, ParentType, ContextType>;
  userAgent?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ShownResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ShownResult'] = ResolversParentTypes['ShownResult']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  fields?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SignedPageResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SignedPage'] = ResolversParentTypes['SignedPage']> = {
  html?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  keyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SigningKeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SigningKey'] = ResolversParentTypes['SigningKey']> = {
  algorithm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  signedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SigningKeyState'], ParentType, ContextType>;
};

export type SimulatedResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SimulatedResult'] = ResolversParentTypes['SimulatedResult']> = {
  data?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  errors?: Resolver<Maybe<Array<ResolversTypes['JSON']>>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  articlePublished?: SubscriptionResolver<ResolversTypes['Article'], "articlePublished", ParentType, ContextType>;
  sessionEnded?: SubscriptionResolver<ResolversTypes['Session'], "sessionEnded", ParentType, ContextType>;
};

export type TokenInspectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TokenInspection'] = ResolversParentTypes['TokenInspection']> = {
  claims?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  header?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  revoked?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  valid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TotpEnrolmentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TotpEnrolment'] = ResolversParentTypes['TotpEnrolment']> = {
  qrCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  uri?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TrustedDeviceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TrustedDevice'] = ResolversParentTypes['TrustedDevice']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  apiKeys?: Resolver<Maybe<Array<ResolversTypes['ApiKey']>>, ParentType, ContextType>;
  articles?: Resolver<ResolversTypes['ArticleConnection'], ParentType, ContextType, Partial<UserArticlesArgs>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  disabledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  emailVerified?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  externalIdentities?: Resolver<Maybe<Array<ResolversTypes['ExternalIdentity']>>, ParentType, ContextType>;
  hasPassword?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  mfaEnabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  passkeySignals?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  passkeys?: Resolver<Maybe<Array<ResolversTypes['Passkey']>>, ParentType, ContextType>;
  recoveryCodesLeft?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  roles?: Resolver<Maybe<Array<ResolversTypes['Role']>>, ParentType, ContextType>;
  scopes?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  secondFactors?: Resolver<Maybe<Array<ResolversTypes['AuthMethod']>>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<Array<ResolversTypes['Session']>>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['UserStatus']>, ParentType, ContextType>;
  trustedDevices?: Resolver<Maybe<Array<ResolversTypes['TrustedDevice']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  AccessDecision?: AccessDecisionResolvers<ContextType>;
  AccessReport?: AccessReportResolvers<ContextType>;
  AccessRule?: AccessRuleResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  Article?: ArticleResolvers<ContextType>;
  ArticleConnection?: ArticleConnectionResolvers<ContextType>;
  ArticleEdge?: ArticleEdgeResolvers<ContextType>;
  ArticlePermissions?: ArticlePermissionsResolvers<ContextType>;
  AuditEvent?: AuditEventResolvers<ContextType>;
  AuditEventConnection?: AuditEventConnectionResolvers<ContextType>;
  AuditEventEdge?: AuditEventEdgeResolvers<ContextType>;
  AuditHour?: AuditHourResolvers<ContextType>;
  AuthTokens?: AuthTokensResolvers<ContextType>;
  Comment?: CommentResolvers<ContextType>;
  CommentConnection?: CommentConnectionResolvers<ContextType>;
  CommentEdge?: CommentEdgeResolvers<ContextType>;
  CommentPermissions?: CommentPermissionsResolvers<ContextType>;
  ConfirmationSent?: ConfirmationSentResolvers<ContextType>;
  CreatedApiKey?: CreatedApiKeyResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  EmailLogin?: EmailLoginResolvers<ContextType>;
  ExternalIdentity?: ExternalIdentityResolvers<ContextType>;
  ExternalLogin?: ExternalLoginResolvers<ContextType>;
  FieldAccess?: FieldAccessResolvers<ContextType>;
  IdentityProvider?: IdentityProviderResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LoginResult?: LoginResultResolvers<ContextType>;
  MailLink?: MailLinkResolvers<ContextType>;
  MfaChallenge?: MfaChallengeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Passkey?: PasskeyResolvers<ContextType>;
  PolicyInWords?: PolicyInWordsResolvers<ContextType>;
  Posture?: PostureResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RecoveryCodes?: RecoveryCodesResolvers<ContextType>;
  RoleAccess?: RoleAccessResolvers<ContextType>;
  ScopeHolders?: ScopeHoldersResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  SentMail?: SentMailResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  ShownResult?: ShownResultResolvers<ContextType>;
  SignedPage?: SignedPageResolvers<ContextType>;
  SigningKey?: SigningKeyResolvers<ContextType>;
  SimulatedResult?: SimulatedResultResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TokenInspection?: TokenInspectionResolvers<ContextType>;
  TotpEnrolment?: TotpEnrolmentResolvers<ContextType>;
  TrustedDevice?: TrustedDeviceResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  acceptsEnded?: AcceptsEndedDirectiveResolver<any, any, ContextType>;
  access?: AccessDirectiveResolver<any, any, ContextType>;
  auth?: AuthDirectiveResolver<any, any, ContextType>;
  can?: CanDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
  hasRole?: HasRoleDirectiveResolver<any, any, ContextType>;
  hasScope?: HasScopeDirectiveResolver<any, any, ContextType>;
  mfa?: MfaDirectiveResolver<any, any, ContextType>;
  network?: NetworkDirectiveResolver<any, any, ContextType>;
  positional?: PositionalDirectiveResolver<any, any, ContextType>;
  public?: PublicDirectiveResolver<any, any, ContextType>;
  rateLimit?: RateLimitDirectiveResolver<any, any, ContextType>;
  recentAuth?: RecentAuthDirectiveResolver<any, any, ContextType>;
  sameAs?: SameAsDirectiveResolver<any, any, ContextType>;
  sole?: SoleDirectiveResolver<any, any, ContextType>;
};
