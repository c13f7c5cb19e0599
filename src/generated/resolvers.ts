import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TokenInspection as InspectedToken } from '../identity/sessions/token-inspection.ts';
import type { UserPage } from '../users/users.service.ts';
import type { FieldAccess as FieldAccessLine } from '../authorization/index.ts';
import type { User as UserRow } from '../users/user.entity.ts';
import type { Session as SessionRow } from '../identity/sessions/session.entity.ts';
import type { ApiKey as ApiKeyRow } from '../identity/api-keys/api-key.entity.ts';
import type { AuditEvent as AuditEventRow } from '../audit/audit-event.entity.ts';
import type { AuditPage } from '../audit/audit.service.ts';
import type { DeliveredTokens } from '../identity/sessions/delivery.ts';
import type { Article as ArticleRow } from '../articles/article.entity.ts';
import type { ArticlePage } from '../articles/articles.service.ts';
import type { Comment as CommentRow } from '../comments/comment.entity.ts';
import type { CommentPage } from '../comments/comments.service.ts';
import type { RequestScope } from '../request.ts';
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
  /** An address for mail, normalised: trimmed, NFKC, lower case. */
  EmailAddress: { input: string; output: string; }
  JSON: { input: unknown; output: unknown; }
};

export type AcceptInvitationInput = {
  delivery?: InputMaybe<TokenDelivery>;
  displayName: Scalars['String']['input'];
  /** 8 to 128 characters, not a common one, not similar to the address or the name. */
  password: Scalars['String']['input'];
  token: Scalars['String']['input'];
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
  /** What the key begins with, which is no secret. */
  prefix: Scalars['String']['output'];
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** What the key may do at most. */
  scopes: Array<Scalars['String']['output']>;
};

/** Readable when published; a draft by its author, EDITOR and ADMIN. A row that may not be read is absent. */
export type Article = Node & {
  __typename?: 'Article';
  author: User;
  body: Scalars['String']['output'];
  /** Newest first. */
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
  first?: InputMaybe<Scalars['Int']['input']>;
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

/** What the caller may do with an article, for user interfaces: from the policies that decide. */
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
  /** Who did it; null for somebody unknown, and for the command line. */
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
  nodes: Array<AuditEvent>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

/** `since` belongs to the span, `until` does not. */
export type AuditFilter = {
  actorId?: InputMaybe<Scalars['ID']['input']>;
  outcome?: InputMaybe<AuditOutcome>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  type?: InputMaybe<Scalars['String']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** FAILURE: a password, code or token was wrong. DENIED: the caller may not do it. */
export type AuditOutcome =
  | 'DENIED'
  | 'FAILURE'
  | 'SUCCESS';

export type AuthMethod =
  | 'INVITATION'
  | 'PASSWORD';

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

/** Readable where its article is. */
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
  nodes: Array<Comment>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type CommentPermissions = {
  __typename?: 'CommentPermissions';
  delete: Scalars['Boolean']['output'];
};

/** The answer of `register` where registrations are confirmed by mail: the same for a new and a known address. `expiresIn` is seconds. */
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

/** Who can see one field: anonymous, and a user who holds one role alone. */
export type FieldAccess = {
  __typename?: 'FieldAccess';
  anonymous: AccessOutcome;
  coordinate: Scalars['String']['output'];
  requirement: Scalars['String']['output'];
  roles: Array<RoleAccess>;
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

export type LoginResult = AuthTokens | ConfirmationSent;

export type Mutation = {
  __typename?: 'Mutation';
  /** Makes the account that an invitation offers, and signs it in. */
  acceptInvitation: LoginResult;
  /** `body` has 1 to 10,000 characters. */
  addComment: Comment;
  /** Replaces the password and the session: every session ends and a new one begins. */
  changePassword: AuthTokens;
  /** Ends the account for good: sessions, keys and credentials are gone, the address is free again; what it published stays, under the name of a closed account. CONFLICT for the last ADMIN. */
  closeAccount: Scalars['Boolean']['output'];
  /** FORBIDDEN for scopes beyond one's own; CONFLICT beyond a hundred living keys. */
  createApiKey: CreatedApiKey;
  /** A draft of the caller's own. */
  createArticle: Article;
  /** Its comments go with it. Answers the id. */
  deleteArticle: Scalars['ID']['output'];
  /** By its author, or a moderator. Answers the id. */
  deleteComment: Scalars['ID']['output'];
  /** Ends every session and API key at once; the account answers like an unknown one until it is enabled again. */
  disableUser: User;
  /** Lets a disabled user sign in again. Sessions and keys that were ended stay ended. */
  enableUser: User;
  /** Mails an invitation to an address that has no account; the latest one counts. FORBIDDEN for roles beyond one's own. */
  inviteUser: Scalars['Boolean']['output'];
  /** Signs in. INVALID_CREDENTIALS alike for an unknown address, a wrong password and a disabled account. */
  login: LoginResult;
  /** Ends the presented session, by refresh token, cookie or bearer, expired or not. Repeating it does no harm. */
  logout: Scalars['Boolean']['output'];
  /** Ends the caller's sessions on every device; answers how many ended. */
  logoutEverywhere: Scalars['Int']['output'];
  publishArticle: Article;
  /** Exchanges a refresh token for its successor; null means the cookie. INVALID_GRANT: sign in again. */
  refresh: AuthTokens;
  /** Makes an account and signs it in; CONFLICT where the address has one. Where registrations are confirmed, answers ConfirmationSent for any address: the account comes into being by `verifyEmail`. FORBIDDEN where registration is closed. */
  register: LoginResult;
  /** Sends a link to the new address, three an hour; the account has it once `verifyEmail` confirmed it. The old address is told. */
  requestEmailChange: Scalars['Boolean']['output'];
  /** Sends a link to the account's address, three an hour; nothing where it is verified already. */
  requestEmailVerification: Scalars['Boolean']['output'];
  /** Sends a link to the address, if it has an account; three an hour. Always true. */
  requestPasswordReset: Scalars['Boolean']['output'];
  /** Sets a new password by a mailed link, and ends every session. */
  resetPassword: Scalars['Boolean']['output'];
  /** Ends a key from the very next request on: an own one, or anybody's with scope api-keys:revoke. Repeating it does no harm. */
  revokeApiKey: ApiKey;
  /** Ends one session: an own one, or anybody's with scope sessions:revoke. */
  revokeSession: Session;
  /** Answers how many sessions ended. */
  revokeUserSessions: Scalars['Int']['output'];
  /** Binds the user's very next request. FORBIDDEN for roles beyond one's own; CONFLICT where nobody would be left as ADMIN. */
  setUserRoles: User;
  unpublishArticle: Article;
  updateArticle: Article;
  updateComment: Comment;
  updateProfile: User;
  /** Confirms what a mailed link was sent for: an address, a registration, a change of address. Needs the account's password, or its own session. */
  verifyEmail: Scalars['Boolean']['output'];
};


export type MutationAcceptInvitationArgs = {
  input: AcceptInvitationInput;
};


export type MutationAddCommentArgs = {
  articleId: Scalars['ID']['input'];
  body: Scalars['String']['input'];
};


export type MutationChangePasswordArgs = {
  currentPassword: Scalars['String']['input'];
  newPassword: Scalars['String']['input'];
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
};


export type MutationPublishArticleArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRefreshArgs = {
  refreshToken?: InputMaybe<Scalars['String']['input']>;
};


export type MutationRegisterArgs = {
  input: RegisterInput;
};


export type MutationRequestEmailChangeArgs = {
  newEmail: Scalars['EmailAddress']['input'];
};


export type MutationRequestPasswordResetArgs = {
  email: Scalars['String']['input'];
};


export type MutationResetPasswordArgs = {
  newPassword: Scalars['String']['input'];
  token: Scalars['String']['input'];
};


export type MutationRevokeApiKeyArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRevokeSessionArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRevokeUserSessionsArgs = {
  userId: Scalars['ID']['input'];
};


export type MutationSetUserRolesArgs = {
  roles: Array<Role>;
  userId: Scalars['ID']['input'];
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

/** `endCursor` goes into `after` to read on. */
export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type PrincipalKind =
  | 'API_KEY'
  | 'SERVICE'
  | 'USER';

export type Query = {
  __typename?: 'Query';
  /** Every field against anonymous and each role. */
  accessMatrix: Array<FieldAccess>;
  /** Null if absent or not readable. */
  article: Maybe<Article>;
  /** Readable ones only, newest first. */
  articles: ArticleConnection;
  /** What happened, newest first. */
  auditEvents: AuditEventConnection;
  /** What an access token says, and whether it is ours. */
  inspectToken: TokenInspection;
  /** The account that is signed in. */
  me: Maybe<User>;
  /** Any object by its id: what the object's own type allows. Null if absent or not readable. */
  node: Maybe<Node>;
  /** Titles, bodies, comments and display names that contain the text; readable ones only, newest first. */
  search: Array<SearchResult>;
  /** The session of this request; null for a credential that has none. */
  session: Maybe<Session>;
  /** Who would be refused what in an operation, and why. Nothing of it is run. */
  simulateAccess: AccessReport;
  /** Newest first; `search` looks through names and addresses. */
  users: UserConnection;
};


export type QueryArticleArgs = {
  id: Scalars['ID']['input'];
};


export type QueryArticlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ArticleFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
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
  first?: InputMaybe<Scalars['Int']['input']>;
  search?: InputMaybe<Scalars['String']['input']>;
};

export type RegisterInput = {
  delivery?: InputMaybe<TokenDelivery>;
  displayName: Scalars['String']['input'];
  email: Scalars['EmailAddress']['input'];
  /** 8 to 128 characters, not a common one, not similar to the address or the name. */
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

export type SearchResult = Article | Comment | User;

/** One sign-in on one device, renewed by refresh tokens. */
export type Session = Node & {
  __typename?: 'Session';
  createdAt: Scalars['DateTime']['output'];
  /** Whether it is the session of this request. */
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

/** Whom to pretend to be: a user, or a made-up principal of roles and scopes; neither means anonymous. */
export type SimulateAccessInput = {
  operation: Scalars['String']['input'];
  operationName?: InputMaybe<Scalars['String']['input']>;
  roles?: InputMaybe<Array<Role>>;
  /** What the made-up credential may do; by default what its roles give. */
  scopes?: InputMaybe<Array<Scalars['String']['input']>>;
  userId?: InputMaybe<Scalars['ID']['input']>;
  variables?: InputMaybe<Scalars['JSON']['input']>;
};

/** Served at the same address by graphql-transport-ws. Each event is judged anew, by what its receiver may do then. */
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

/** `problem` is not_a_token, not_ours or expired. All but `revoked` could be read by whoever holds the token. */
export type TokenInspection = {
  __typename?: 'TokenInspection';
  claims: Maybe<Scalars['JSON']['output']>;
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  header: Maybe<Scalars['JSON']['output']>;
  problem: Maybe<Scalars['String']['output']>;
  /** Whether its session has ended, or its user may not sign in any more; null for a token that is not ours. */
  revoked: Maybe<Scalars['Boolean']['output']>;
  valid: Scalars['Boolean']['output'];
};

/** `authorId` moves ownership: role ADMIN only. `expectedVersion` refuses a lost update with CONFLICT. */
export type UpdateArticleInput = {
  authorId?: InputMaybe<Scalars['ID']['input']>;
  body?: InputMaybe<Scalars['String']['input']>;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  title?: InputMaybe<Scalars['String']['input']>;
};

export type UpdateProfileInput = {
  displayName?: InputMaybe<Scalars['String']['input']>;
};

/** Somebody with an account. Names are public; the rest is for the account itself and for those who manage users. */
export type User = Node & {
  __typename?: 'User';
  /** Living ones, newest first. For the user in person. */
  apiKeys: Maybe<Array<ApiKey>>;
  /** Readable ones only, newest first. */
  articles: ArticleConnection;
  createdAt: Scalars['DateTime']['output'];
  displayName: Scalars['String']['output'];
  email: Maybe<Scalars['EmailAddress']['output']>;
  emailVerified: Maybe<Scalars['Boolean']['output']>;
  id: Scalars['ID']['output'];
  roles: Maybe<Array<Role>>;
  /** What the present credential may do. */
  scopes: Maybe<Array<Scalars['String']['output']>>;
  /** Living ones, newest first. For the user in person, and for those who may revoke sessions. */
  sessions: Maybe<Array<Session>>;
  status: Maybe<UserStatus>;
};


/** Somebody with an account. Names are public; the rest is for the account itself and for those who manage users. */
export type UserArticlesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type UserConnection = {
  __typename?: 'UserConnection';
  nodes: Array<User>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
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
    | ( SessionRow )
    | ( UserRow )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptInvitationInput: AcceptInvitationInput;
  AccessDecision: ResolverTypeWrapper<AccessDecision>;
  AccessOutcome: AccessOutcome;
  AccessReport: ResolverTypeWrapper<AccessReport>;
  ApiKey: ResolverTypeWrapper<ApiKeyRow>;
  Article: ResolverTypeWrapper<ArticleRow>;
  ArticleConnection: ResolverTypeWrapper<ArticlePage>;
  ArticleEdge: ResolverTypeWrapper<ArticleRow>;
  ArticleFilter: ArticleFilter;
  ArticlePermissions: ResolverTypeWrapper<ArticleRow>;
  ArticleStatus: ArticleStatus;
  AuditEvent: ResolverTypeWrapper<AuditEventRow>;
  AuditEventConnection: ResolverTypeWrapper<AuditPage>;
  AuditFilter: AuditFilter;
  AuditOutcome: AuditOutcome;
  AuthMethod: AuthMethod;
  AuthTokens: ResolverTypeWrapper<DeliveredTokens>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Comment: ResolverTypeWrapper<CommentRow>;
  CommentConnection: ResolverTypeWrapper<CommentPage>;
  CommentPermissions: ResolverTypeWrapper<CommentRow>;
  ConfirmationSent: ResolverTypeWrapper<ConfirmationSent>;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateArticleInput: CreateArticleInput;
  CreatedApiKey: ResolverTypeWrapper<Omit<CreatedApiKey, 'apiKey'> & { apiKey: ResolversTypes['ApiKey'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  FieldAccess: ResolverTypeWrapper<FieldAccessLine>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InviteUserInput: InviteUserInput;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  LoginInput: LoginInput;
  LoginResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LoginResult']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PrincipalKind: PrincipalKind;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterInput: RegisterInput;
  Role: Role;
  RoleAccess: ResolverTypeWrapper<RoleAccess>;
  SearchResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SearchResult']>;
  Session: ResolverTypeWrapper<SessionRow>;
  SimulateAccessInput: SimulateAccessInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TokenDelivery: TokenDelivery;
  TokenInspection: ResolverTypeWrapper<InspectedToken>;
  UpdateArticleInput: UpdateArticleInput;
  UpdateProfileInput: UpdateProfileInput;
  User: ResolverTypeWrapper<UserRow>;
  UserConnection: ResolverTypeWrapper<UserPage>;
  UserStatus: UserStatus;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptInvitationInput: AcceptInvitationInput;
  AccessDecision: AccessDecision;
  AccessReport: AccessReport;
  ApiKey: ApiKeyRow;
  Article: ArticleRow;
  ArticleConnection: ArticlePage;
  ArticleEdge: ArticleRow;
  ArticleFilter: ArticleFilter;
  ArticlePermissions: ArticleRow;
  AuditEvent: AuditEventRow;
  AuditEventConnection: AuditPage;
  AuditFilter: AuditFilter;
  AuthTokens: DeliveredTokens;
  Boolean: Scalars['Boolean']['output'];
  Comment: CommentRow;
  CommentConnection: CommentPage;
  CommentPermissions: CommentRow;
  ConfirmationSent: ConfirmationSent;
  CreateApiKeyInput: CreateApiKeyInput;
  CreateArticleInput: CreateArticleInput;
  CreatedApiKey: Omit<CreatedApiKey, 'apiKey'> & { apiKey: ResolversParentTypes['ApiKey'] };
  DateTime: Scalars['DateTime']['output'];
  EmailAddress: Scalars['EmailAddress']['output'];
  FieldAccess: FieldAccessLine;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  InviteUserInput: InviteUserInput;
  JSON: Scalars['JSON']['output'];
  LoginInput: LoginInput;
  LoginResult: ResolversUnionTypes<ResolversParentTypes>['LoginResult'];
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RegisterInput: RegisterInput;
  RoleAccess: RoleAccess;
  SearchResult: ResolversUnionTypes<ResolversParentTypes>['SearchResult'];
  Session: SessionRow;
  SimulateAccessInput: SimulateAccessInput;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TokenInspection: InspectedToken;
  UpdateArticleInput: UpdateArticleInput;
  UpdateProfileInput: UpdateProfileInput;
  User: UserRow;
  UserConnection: UserPage;
};

export type AuthDirectiveArgs = {
  kinds?: Maybe<Array<PrincipalKind>>;
};

export type AuthDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = AuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CanDirectiveArgs = {
  action: Scalars['String']['input'];
  id?: Maybe<Scalars['String']['input']>;
  on?: Maybe<Scalars['String']['input']>;
};

export type CanDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = CanDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasRoleDirectiveArgs = {
  roles: Array<Role>;
};

export type HasRoleDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = HasRoleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type HasScopeDirectiveArgs = {
  scopes: Array<Array<Scalars['String']['input']>>;
};

export type HasScopeDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = HasScopeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type MfaDirectiveArgs = {
  ifEnrolled?: Scalars['Boolean']['input'];
  maxAge?: Scalars['Int']['input'];
};

export type MfaDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = MfaDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type NetworkDirectiveArgs = {
  names: Array<Scalars['String']['input']>;
};

export type NetworkDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = NetworkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type PublicDirectiveArgs = { };

export type PublicDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = PublicDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RateLimitDirectiveArgs = {
  identityArgs?: Maybe<Array<Scalars['String']['input']>>;
  max: Scalars['Int']['input'];
  message?: Maybe<Scalars['String']['input']>;
  onlyFailures?: Scalars['Boolean']['input'];
  window: Scalars['String']['input'];
};

export type RateLimitDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = RateLimitDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type RecentAuthDirectiveArgs = {
  maxAge?: Scalars['Int']['input'];
};

export type RecentAuthDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = RecentAuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SoleDirectiveArgs = {
  acceptsStale?: Scalars['Boolean']['input'];
};

export type SoleDirectiveResolver<Result, Parent, ContextType = RequestScope, Args = SoleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AccessDecisionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['AccessDecision'] = ResolversParentTypes['AccessDecision']> = {
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['AccessOutcome'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requirement?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AccessReportResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['AccessReport'] = ResolversParentTypes['AccessReport']> = {
  allowed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  decisions?: Resolver<Array<ResolversTypes['AccessDecision']>, ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
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

export type ArticleResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Article'] = ResolversParentTypes['Article']> = {
  author?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  comments?: Resolver<ResolversTypes['CommentConnection'], ParentType, ContextType, RequireFields<ArticleCommentsArgs, 'first'>>;
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

export type ArticleConnectionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['ArticleConnection'] = ResolversParentTypes['ArticleConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ArticleEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Article']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ArticleEdgeResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['ArticleEdge'] = ResolversParentTypes['ArticleEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Article'], ParentType, ContextType>;
};

export type ArticlePermissionsResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['ArticlePermissions'] = ResolversParentTypes['ArticlePermissions']> = {
  comment?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  delete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  publish?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  update?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type AuditEventResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent']> = {
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

export type AuditEventConnectionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['AuditEventConnection'] = ResolversParentTypes['AuditEventConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuthTokensResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['AuthTokens'] = ResolversParentTypes['AuthTokens']> = {
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

export type CommentResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Comment'] = ResolversParentTypes['Comment']> = {
  article?: Resolver<ResolversTypes['Article'], ParentType, ContextType>;
  author?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  viewerCan?: Resolver<ResolversTypes['CommentPermissions'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CommentConnectionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['CommentConnection'] = ResolversParentTypes['CommentConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Comment']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CommentPermissionsResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['CommentPermissions'] = ResolversParentTypes['CommentPermissions']> = {
  delete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ConfirmationSentResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['ConfirmationSent'] = ResolversParentTypes['ConfirmationSent']> = {
  expiresIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CreatedApiKeyResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['CreatedApiKey'] = ResolversParentTypes['CreatedApiKey']> = {
  apiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
  secret?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type FieldAccessResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['FieldAccess'] = ResolversParentTypes['FieldAccess']> = {
  anonymous?: Resolver<ResolversTypes['AccessOutcome'], ParentType, ContextType>;
  coordinate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  requirement?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['RoleAccess']>, ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LoginResultResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['LoginResult'] = ResolversParentTypes['LoginResult']> = {
  __resolveType?: TypeResolveFn<'AuthTokens' | 'ConfirmationSent', ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptInvitation?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationAcceptInvitationArgs, 'input'>>;
  addComment?: Resolver<ResolversTypes['Comment'], ParentType, ContextType, RequireFields<MutationAddCommentArgs, 'articleId' | 'body'>>;
  changePassword?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'currentPassword' | 'newPassword'>>;
  closeAccount?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  createApiKey?: Resolver<ResolversTypes['CreatedApiKey'], ParentType, ContextType, RequireFields<MutationCreateApiKeyArgs, 'input'>>;
  createArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationCreateArticleArgs, 'input'>>;
  deleteArticle?: Resolver<ResolversTypes['ID'], ParentType, ContextType, RequireFields<MutationDeleteArticleArgs, 'id'>>;
  deleteComment?: Resolver<ResolversTypes['ID'], ParentType, ContextType, RequireFields<MutationDeleteCommentArgs, 'id'>>;
  disableUser?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'userId'>>;
  enableUser?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'userId'>>;
  inviteUser?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationInviteUserArgs, 'input'>>;
  login?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationLoginArgs, 'input'>>;
  logout?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, Partial<MutationLogoutArgs>>;
  logoutEverywhere?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationLogoutEverywhereArgs, 'keepCurrent'>>;
  publishArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationPublishArticleArgs, 'id'>>;
  refresh?: Resolver<ResolversTypes['AuthTokens'], ParentType, ContextType, Partial<MutationRefreshArgs>>;
  register?: Resolver<ResolversTypes['LoginResult'], ParentType, ContextType, RequireFields<MutationRegisterArgs, 'input'>>;
  requestEmailChange?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRequestEmailChangeArgs, 'newEmail'>>;
  requestEmailVerification?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  requestPasswordReset?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRequestPasswordResetArgs, 'email'>>;
  resetPassword?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'newPassword' | 'token'>>;
  revokeApiKey?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'id'>>;
  revokeSession?: Resolver<ResolversTypes['Session'], ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'id'>>;
  revokeUserSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType, RequireFields<MutationRevokeUserSessionsArgs, 'userId'>>;
  setUserRoles?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationSetUserRolesArgs, 'roles' | 'userId'>>;
  unpublishArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationUnpublishArticleArgs, 'id'>>;
  updateArticle?: Resolver<ResolversTypes['Article'], ParentType, ContextType, RequireFields<MutationUpdateArticleArgs, 'id' | 'input'>>;
  updateComment?: Resolver<ResolversTypes['Comment'], ParentType, ContextType, RequireFields<MutationUpdateCommentArgs, 'body' | 'id'>>;
  updateProfile?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationUpdateProfileArgs, 'input'>>;
  verifyEmail?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationVerifyEmailArgs, 'token'>>;
};

export type NodeResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType?: TypeResolveFn<'ApiKey' | 'Article' | 'AuditEvent' | 'Comment' | 'Session' | 'User', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  accessMatrix?: Resolver<Array<ResolversTypes['FieldAccess']>, ParentType, ContextType>;
  article?: Resolver<Maybe<ResolversTypes['Article']>, ParentType, ContextType, RequireFields<QueryArticleArgs, 'id'>>;
  articles?: Resolver<ResolversTypes['ArticleConnection'], ParentType, ContextType, RequireFields<QueryArticlesArgs, 'first'>>;
  auditEvents?: Resolver<ResolversTypes['AuditEventConnection'], ParentType, ContextType, RequireFields<QueryAuditEventsArgs, 'first'>>;
  inspectToken?: Resolver<ResolversTypes['TokenInspection'], ParentType, ContextType, RequireFields<QueryInspectTokenArgs, 'token'>>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  search?: Resolver<Array<ResolversTypes['SearchResult']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'first' | 'query'>>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  simulateAccess?: Resolver<ResolversTypes['AccessReport'], ParentType, ContextType, RequireFields<QuerySimulateAccessArgs, 'input'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type RoleAccessResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['RoleAccess'] = ResolversParentTypes['RoleAccess']> = {
  outcome?: Resolver<ResolversTypes['AccessOutcome'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type SearchResultResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  __resolveType?: TypeResolveFn<'Article' | 'Comment' | 'User', ParentType, ContextType>;
};

export type SessionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
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

export type SubscriptionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  articlePublished?: SubscriptionResolver<ResolversTypes['Article'], "articlePublished", ParentType, ContextType>;
  sessionEnded?: SubscriptionResolver<ResolversTypes['Session'], "sessionEnded", ParentType, ContextType>;
};

export type TokenInspectionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['TokenInspection'] = ResolversParentTypes['TokenInspection']> = {
  claims?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  header?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  revoked?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  valid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  apiKeys?: Resolver<Maybe<Array<ResolversTypes['ApiKey']>>, ParentType, ContextType>;
  articles?: Resolver<ResolversTypes['ArticleConnection'], ParentType, ContextType, RequireFields<UserArticlesArgs, 'first'>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  displayName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  emailVerified?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  roles?: Resolver<Maybe<Array<ResolversTypes['Role']>>, ParentType, ContextType>;
  scopes?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  sessions?: Resolver<Maybe<Array<ResolversTypes['Session']>>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['UserStatus']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = RequestScope, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestScope> = {
  AccessDecision?: AccessDecisionResolvers<ContextType>;
  AccessReport?: AccessReportResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  Article?: ArticleResolvers<ContextType>;
  ArticleConnection?: ArticleConnectionResolvers<ContextType>;
  ArticleEdge?: ArticleEdgeResolvers<ContextType>;
  ArticlePermissions?: ArticlePermissionsResolvers<ContextType>;
  AuditEvent?: AuditEventResolvers<ContextType>;
  AuditEventConnection?: AuditEventConnectionResolvers<ContextType>;
  AuthTokens?: AuthTokensResolvers<ContextType>;
  Comment?: CommentResolvers<ContextType>;
  CommentConnection?: CommentConnectionResolvers<ContextType>;
  CommentPermissions?: CommentPermissionsResolvers<ContextType>;
  ConfirmationSent?: ConfirmationSentResolvers<ContextType>;
  CreatedApiKey?: CreatedApiKeyResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  FieldAccess?: FieldAccessResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LoginResult?: LoginResultResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RoleAccess?: RoleAccessResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TokenInspection?: TokenInspectionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestScope> = {
  auth?: AuthDirectiveResolver<any, any, ContextType>;
  can?: CanDirectiveResolver<any, any, ContextType>;
  hasRole?: HasRoleDirectiveResolver<any, any, ContextType>;
  hasScope?: HasScopeDirectiveResolver<any, any, ContextType>;
  mfa?: MfaDirectiveResolver<any, any, ContextType>;
  network?: NetworkDirectiveResolver<any, any, ContextType>;
  public?: PublicDirectiveResolver<any, any, ContextType>;
  rateLimit?: RateLimitDirectiveResolver<any, any, ContextType>;
  recentAuth?: RecentAuthDirectiveResolver<any, any, ContextType>;
  sole?: SoleDirectiveResolver<any, any, ContextType>;
};
