/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AccessOutcome =
  | 'ALLOWED'
  | 'DENIED'
  /** Only the object itself can tell. */
  | 'DEPENDS_ON_OBJECT';

/** `since` belongs to the span, `until` does not. */
export type AuditFilter = {
  actorId?: string | null | undefined;
  outcome?: AuditOutcome | null | undefined;
  since?: string | null | undefined;
  type?: string | null | undefined;
  until?: string | null | undefined;
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

/** `networks` are CIDR ranges; none means anywhere. */
export type CreateApiKeyInput = {
  /** In the future; null means never. */
  expiresAt?: string | null | undefined;
  /** 1 to 100 characters. */
  name: string;
  networks?: Array<string> | null | undefined;
  /** At least one, each covered by what the caller may do. */
  scopes: Array<string>;
};

export type DatabaseKind =
  /** In the process of this server. */
  | 'EMBEDDED'
  | 'SERVER';

export type InviteUserInput = {
  email: string;
  /** None beyond one's own. */
  roles: Array<Role>;
};

export type MailDelivery =
  /** Files, in development. */
  | 'FOLDER'
  | 'OFF'
  | 'SMTP';

export type RedisState =
  /** Configured, and it does not answer: limits are counted on this node meanwhile. */
  | 'AWAY'
  /** Not configured: limits are counted on each node. */
  | 'OFF'
  | 'READY';

/** Roles are granted to users. ADMIN includes MODERATOR and EDITOR; each of those includes VIEWER. */
export type Role =
  | 'ADMIN'
  | 'EDITOR'
  | 'MODERATOR'
  | 'VIEWER';

/** NEXT is published before it signs; RETIRING signs no more, but what it signed still counts; RETIRED is over. */
export type SigningKeyState =
  | 'ACTIVE'
  | 'NEXT'
  | 'RETIRED'
  | 'RETIRING';

/** Whom to pretend to be, as if signed in this moment: a user, who must not be disabled and has proved a second factor if the account has one, or a made-up principal of roles and scopes, who has proved one; neither means anonymous. */
export type SimulateAccessInput = {
  operation: string;
  operationName?: string | null | undefined;
  roles?: Array<Role> | null | undefined;
  /** The scopes of the made-up credential; by default those of its roles. */
  scopes?: Array<string> | null | undefined;
  userId?: string | null | undefined;
  variables?: unknown;
};

export type UserStatus =
  | 'ACTIVE'
  | 'DISABLED';

/** An enum describing what kind of type a given `__Type` is. */
export type __TypeKind =
  /** Indicates this type is a scalar. */
  | 'SCALAR'
  /** Indicates this type is an object. `fields` and `interfaces` are valid fields. */
  | 'OBJECT'
  /** Indicates this type is an interface. `fields`, `interfaces`, and `possibleTypes` are valid fields. */
  | 'INTERFACE'
  /** Indicates this type is a union. `possibleTypes` is a valid field. */
  | 'UNION'
  /** Indicates this type is an enum. `enumValues` is a valid field. */
  | 'ENUM'
  /** Indicates this type is an input object. `inputFields` is a valid field. */
  | 'INPUT_OBJECT'
  /** Indicates this type is a list. `ofType` is a valid field. */
  | 'LIST'
  /** Indicates this type is a non-null. `ofType` is a valid field. */
  | 'NON_NULL';

export type AccessMatrixQueryVariables = Exact<{ [key: string]: never; }>;


export type AccessMatrixQuery = { accessMatrix: Array<{ coordinate: string, requirement: string, anonymous: AccessOutcome, warnings: Array<string>, roles: Array<{ role: Role, outcome: AccessOutcome }>, rules: Array<{ coordinate: string, directive: string, place: string | null }>, policies: Array<{ type: string, action: string, condition: string }> }>, accessScopes: Array<{ scope: string, roles: Array<Role> }> };

export type SignedAccessMatrixQueryVariables = Exact<{ [key: string]: never; }>;


export type SignedAccessMatrixQuery = { signedAccessMatrix: { html: string } };

export type SchemaShapeQueryVariables = Exact<{ [key: string]: never; }>;


export type SchemaShapeQuery = { __schema: { queryType: { name: string | null }, mutationType: { name: string | null } | null, subscriptionType: { name: string | null } | null, types: Array<{ kind: __TypeKind, name: string | null, fields: Array<{ name: string, type: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null } | null } | null } | null } | null } }> | null, possibleTypes: Array<{ name: string | null }> | null }> } };

export type TypeShapeFragment = { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null, ofType: { kind: __TypeKind, name: string | null } | null } | null } | null } | null };

export type SimulateQueryVariables = Exact<{
  input: SimulateAccessInput;
}>;


export type SimulateQuery = { simulateAccess: { allowed: boolean, decisions: Array<{ path: Array<string>, coordinate: string, requirement: string, outcome: AccessOutcome, reason: string | null }> } };

export type AccessScopesQueryVariables = Exact<{ [key: string]: never; }>;


export type AccessScopesQuery = { showsSimulatedResults: boolean, accessScopes: Array<{ scope: string, roles: Array<Role> }> };

export type ShowResultMutationVariables = Exact<{
  input: SimulateAccessInput;
}>;


export type ShowResultMutation = { simulateOperation: { data: unknown, errors: Array<unknown> | null } };

export type ResultsShownQueryVariables = Exact<{ [key: string]: never; }>;


export type ResultsShownQuery = { resultsShown: Array<{ at: string, fields: Array<string>, by: { displayName: string } | null }> };

export type FindUsersQueryVariables = Exact<{
  search: string;
}>;


export type FindUsersQuery = { users: { nodes: Array<{ id: string, displayName: string, email: string | null, roles: Array<Role> | null }> } };

export type ViewedQueryVariables = Exact<{
  id: string;
}>;


export type ViewedQuery = { node:
    | { id: string, displayName: string, roles: Array<Role> | null }
    | Record<PropertyKey, never>
   | null };

export type AccountFragment = { id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string };

export type UsersQueryVariables = Exact<{
  search?: string | null | undefined;
  after?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type UsersQuery = { users: { totalCount: number, pageInfo: { endCursor: string | null, hasNextPage: boolean }, nodes: Array<{ id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string }> } };

export type OneUserQueryVariables = Exact<{
  id: string;
}>;


export type OneUserQuery = { node:
    | { id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string, sessions: Array<{ id: string, lastUsedAt: string, device: string | null, userAgent: string | null, ipAddress: string | null, current: boolean }> | null }
    | Record<PropertyKey, never>
   | null };

export type SetUserRolesMutationVariables = Exact<{
  id: string;
  roles: Array<Role> | Role;
}>;


export type SetUserRolesMutation = { setUserRoles: { id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string } };

export type DisableUserMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type DisableUserMutation = { disableUser: { id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string } };

export type EnableUserMutationVariables = Exact<{
  id: string;
}>;


export type EnableUserMutation = { enableUser: { id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string } };

export type RevokeUserSessionsMutationVariables = Exact<{
  id: string;
}>;


export type RevokeUserSessionsMutation = { revokeUserSessions: number };

export type ResetUserFactorsMutationVariables = Exact<{
  id: string;
}>;


export type ResetUserFactorsMutation = { resetUserFactors: { id: string, displayName: string, email: string | null, roles: Array<Role> | null, status: UserStatus | null, disabledReason: string | null, mfaEnabled: boolean | null, createdAt: string } };

export type InviteUserMutationVariables = Exact<{
  input: InviteUserInput;
}>;


export type InviteUserMutation = { inviteUser: boolean };

export type AuditQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  after?: string | null | undefined;
  first?: number | null | undefined;
}>;


export type AuditQuery = { auditEvents: { pageInfo: { endCursor: string | null, hasNextPage: boolean }, nodes: Array<{ id: string, at: string, type: string, outcome: AuditOutcome, subjectId: string | null, ipAddress: string | null, userAgent: string | null, requestId: string | null, details: unknown, actor: { id: string, displayName: string } | null }> } };

export type AuditHoursQueryVariables = Exact<{
  until?: string | null | undefined;
}>;


export type AuditHoursQuery = { auditHours: Array<{ at: string, events: number, more: boolean }> };

export type SignInsQueryVariables = Exact<{
  id: string;
  since: string;
}>;


export type SignInsQuery = { auditEvents: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ id: string, at: string, ipAddress: string | null, details: unknown }> } };

export type OwnProofsQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnProofsQuery = { me: { id: string, hasPassword: boolean | null, secondFactors: Array<AuthMethod> | null } | null };

export type OwnSessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnSessionsQuery = { me: { id: string, sessions: Array<{ id: string, createdAt: string, lastUsedAt: string, expiresAt: string, device: string | null, userAgent: string | null, ipAddress: string | null, current: boolean, methods: Array<AuthMethod> }> | null, trustedDevices: Array<{ id: string, name: string | null, createdAt: string, expiresAt: string, current: boolean }> | null } | null };

export type RevokeTrustedDeviceMutationVariables = Exact<{
  id: string;
}>;


export type RevokeTrustedDeviceMutation = { revokeTrustedDevice: boolean };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeSessionMutation = { revokeSession: { id: string } };

export type EndOtherSessionsMutationVariables = Exact<{ [key: string]: never; }>;


export type EndOtherSessionsMutation = { logoutEverywhere: number };

export type OwnApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type OwnApiKeysQuery = { me: { id: string, apiKeys: Array<{ id: string, name: string, prefix: string, scopes: Array<string>, networks: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null }> | null } | null };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string, apiKey: { id: string } } };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { id: string } };

export type InspectTokenQueryVariables = Exact<{
  token: string;
}>;


export type InspectTokenQuery = { inspectToken: { valid: boolean, problem: string | null, header: unknown, claims: unknown, expiresAt: string | null } };

export type InspectTokenWithStateQueryVariables = Exact<{
  token: string;
}>;


export type InspectTokenWithStateQuery = { inspectToken: { valid: boolean, problem: string | null, header: unknown, claims: unknown, expiresAt: string | null, revoked: boolean | null } };

export type HolderOfTokenQueryVariables = Exact<{ [key: string]: never; }>;


export type HolderOfTokenQuery = { me: { id: string, displayName: string, scopes: Array<string> | null } | null };

export type PostureQueryVariables = Exact<{ [key: string]: never; }>;


export type PostureQuery = { posture: { production: boolean, database: DatabaseKind, redis: RedisState, mail: MailDelivery, administrators: number, administratorsWithoutSecondFactor: number, expiringApiKeys: number } };

export type KeyFactsFragment = { id: string, algorithm: string, state: SigningKeyState, createdAt: string, signedUntil: string | null };

export type SigningKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type SigningKeysQuery = { signingKeys: Array<{ id: string, algorithm: string, state: SigningKeyState, createdAt: string, signedUntil: string | null }> };

export type RotateSigningKeysMutationVariables = Exact<{ [key: string]: never; }>;


export type RotateSigningKeysMutation = { rotateSigningKeys: { id: string, algorithm: string, state: SigningKeyState, createdAt: string, signedUntil: string | null } };

export type SentMailsQueryVariables = Exact<{ [key: string]: never; }>;


export type SentMailsQuery = { sentMails: Array<{ id: string, at: string, kind: string, to: string, subject: string, text: string, links: Array<{ label: string, url: string }> }> | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const TypeShapeFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment TypeShape on __Type {
  kind
  name
  ofType {
    kind
    name
    ofType {
      kind
      name
      ofType {
        kind
        name
        ofType {
          kind
          name
        }
      }
    }
  }
}
    `, {"fragmentName":"TypeShape"}) as unknown as TypedDocumentString<TypeShapeFragment, unknown>;
export const AccountFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}
    `, {"fragmentName":"Account"}) as unknown as TypedDocumentString<AccountFragment, unknown>;
export const KeyFactsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment KeyFacts on SigningKey {
  id
  algorithm
  state
  createdAt
  signedUntil
}
    `, {"fragmentName":"KeyFacts"}) as unknown as TypedDocumentString<KeyFactsFragment, unknown>;
export const AccessMatrix = /*#__PURE__*/ new TypedDocumentString(`
    query AccessMatrix {
  accessMatrix {
    coordinate
    requirement
    anonymous
    roles {
      role
      outcome
    }
    rules {
      coordinate
      directive
      place
    }
    policies {
      type
      action
      condition
    }
    warnings
  }
  accessScopes {
    scope
    roles
  }
}
    `) as unknown as TypedDocumentString<AccessMatrixQuery, AccessMatrixQueryVariables>;
export const SignedAccessMatrix = /*#__PURE__*/ new TypedDocumentString(`
    query SignedAccessMatrix {
  signedAccessMatrix {
    html
  }
}
    `) as unknown as TypedDocumentString<SignedAccessMatrixQuery, SignedAccessMatrixQueryVariables>;
export const SchemaShape = /*#__PURE__*/ new TypedDocumentString(`
    query SchemaShape {
  __schema {
    queryType {
      name
    }
    mutationType {
      name
    }
    subscriptionType {
      name
    }
    types {
      kind
      name
      fields(includeDeprecated: true) {
        name
        type {
          ...TypeShape
        }
      }
      possibleTypes {
        name
      }
    }
  }
}
    fragment TypeShape on __Type {
  kind
  name
  ofType {
    kind
    name
    ofType {
      kind
      name
      ofType {
        kind
        name
        ofType {
          kind
          name
        }
      }
    }
  }
}`) as unknown as TypedDocumentString<SchemaShapeQuery, SchemaShapeQueryVariables>;
export const Simulate = /*#__PURE__*/ new TypedDocumentString(`
    query Simulate($input: SimulateAccessInput!) {
  simulateAccess(input: $input) {
    allowed
    decisions {
      path
      coordinate
      requirement
      outcome
      reason
    }
  }
}
    `) as unknown as TypedDocumentString<SimulateQuery, SimulateQueryVariables>;
export const AccessScopes = /*#__PURE__*/ new TypedDocumentString(`
    query AccessScopes {
  accessScopes {
    scope
    roles
  }
  showsSimulatedResults
}
    `) as unknown as TypedDocumentString<AccessScopesQuery, AccessScopesQueryVariables>;
export const ShowResult = /*#__PURE__*/ new TypedDocumentString(`
    mutation ShowResult($input: SimulateAccessInput!) {
  simulateOperation(input: $input) {
    data
    errors
  }
}
    `) as unknown as TypedDocumentString<ShowResultMutation, ShowResultMutationVariables>;
export const ResultsShown = /*#__PURE__*/ new TypedDocumentString(`
    query ResultsShown {
  resultsShown {
    at
    by {
      displayName
    }
    fields
  }
}
    `) as unknown as TypedDocumentString<ResultsShownQuery, ResultsShownQueryVariables>;
export const FindUsers = /*#__PURE__*/ new TypedDocumentString(`
    query FindUsers($search: String!) {
  users(search: $search, first: 8) {
    nodes {
      id
      displayName
      email
      roles
    }
  }
}
    `) as unknown as TypedDocumentString<FindUsersQuery, FindUsersQueryVariables>;
export const Viewed = /*#__PURE__*/ new TypedDocumentString(`
    query Viewed($id: ID!) {
  node(id: $id) {
    ... on User {
      id
      displayName
      roles
    }
  }
}
    `) as unknown as TypedDocumentString<ViewedQuery, ViewedQueryVariables>;
export const Users = /*#__PURE__*/ new TypedDocumentString(`
    query Users($search: String, $after: String, $first: Int = 50) {
  users(search: $search, first: $first, after: $after) {
    totalCount
    pageInfo {
      endCursor
      hasNextPage
    }
    nodes {
      ...Account
    }
  }
}
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}`) as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const OneUser = /*#__PURE__*/ new TypedDocumentString(`
    query OneUser($id: ID!) {
  node(id: $id) {
    ... on User {
      ...Account
      sessions {
        id
        lastUsedAt
        device
        userAgent
        ipAddress
        current
      }
    }
  }
}
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}`) as unknown as TypedDocumentString<OneUserQuery, OneUserQueryVariables>;
export const SetUserRoles = /*#__PURE__*/ new TypedDocumentString(`
    mutation SetUserRoles($id: ID!, $roles: [Role!]!) {
  setUserRoles(userId: $id, roles: $roles) {
    ...Account
  }
}
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}`) as unknown as TypedDocumentString<SetUserRolesMutation, SetUserRolesMutationVariables>;
export const DisableUser = /*#__PURE__*/ new TypedDocumentString(`
    mutation DisableUser($id: ID!, $reason: String) {
  disableUser(userId: $id, reason: $reason) {
    ...Account
  }
}
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}`) as unknown as TypedDocumentString<DisableUserMutation, DisableUserMutationVariables>;
export const EnableUser = /*#__PURE__*/ new TypedDocumentString(`
    mutation EnableUser($id: ID!) {
  enableUser(userId: $id) {
    ...Account
  }
}
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}`) as unknown as TypedDocumentString<EnableUserMutation, EnableUserMutationVariables>;
export const RevokeUserSessions = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeUserSessions($id: ID!) {
  revokeUserSessions(userId: $id)
}
    `) as unknown as TypedDocumentString<RevokeUserSessionsMutation, RevokeUserSessionsMutationVariables>;
export const ResetUserFactors = /*#__PURE__*/ new TypedDocumentString(`
    mutation ResetUserFactors($id: ID!) {
  resetUserFactors(userId: $id) {
    ...Account
  }
}
    fragment Account on User {
  id
  displayName
  email
  roles
  status
  disabledReason
  mfaEnabled
  createdAt
}`) as unknown as TypedDocumentString<ResetUserFactorsMutation, ResetUserFactorsMutationVariables>;
export const InviteUser = /*#__PURE__*/ new TypedDocumentString(`
    mutation InviteUser($input: InviteUserInput!) {
  inviteUser(input: $input)
}
    `) as unknown as TypedDocumentString<InviteUserMutation, InviteUserMutationVariables>;
export const Audit = /*#__PURE__*/ new TypedDocumentString(`
    query Audit($filter: AuditFilter, $after: String, $first: Int = 50) {
  auditEvents(first: $first, after: $after, filter: $filter) {
    pageInfo {
      endCursor
      hasNextPage
    }
    nodes {
      id
      at
      type
      outcome
      actor {
        id
        displayName
      }
      subjectId
      ipAddress
      userAgent
      requestId
      details
    }
  }
}
    `) as unknown as TypedDocumentString<AuditQuery, AuditQueryVariables>;
export const AuditHours = /*#__PURE__*/ new TypedDocumentString(`
    query AuditHours($until: DateTime) {
  auditHours(until: $until) {
    at
    events
    more
  }
}
    `) as unknown as TypedDocumentString<AuditHoursQuery, AuditHoursQueryVariables>;
export const SignIns = /*#__PURE__*/ new TypedDocumentString(`
    query SignIns($id: ID!, $since: DateTime!) {
  auditEvents(
    first: 100
    filter: {type: "session.started", actorId: $id, since: $since}
  ) {
    pageInfo {
      hasNextPage
    }
    nodes {
      id
      at
      ipAddress
      details
    }
  }
}
    `) as unknown as TypedDocumentString<SignInsQuery, SignInsQueryVariables>;
export const OwnProofs = /*#__PURE__*/ new TypedDocumentString(`
    query OwnProofs {
  me {
    id
    hasPassword
    secondFactors
  }
}
    `) as unknown as TypedDocumentString<OwnProofsQuery, OwnProofsQueryVariables>;
export const OwnSessions = /*#__PURE__*/ new TypedDocumentString(`
    query OwnSessions {
  me {
    id
    sessions {
      id
      createdAt
      lastUsedAt
      expiresAt
      device
      userAgent
      ipAddress
      current
      methods
    }
    trustedDevices {
      id
      name
      createdAt
      expiresAt
      current
    }
  }
}
    `) as unknown as TypedDocumentString<OwnSessionsQuery, OwnSessionsQueryVariables>;
export const RevokeTrustedDevice = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeTrustedDevice($id: ID!) {
  revokeTrustedDevice(id: $id)
}
    `) as unknown as TypedDocumentString<RevokeTrustedDeviceMutation, RevokeTrustedDeviceMutationVariables>;
export const RevokeSession = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeSession($id: ID!) {
  revokeSession(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<RevokeSessionMutation, RevokeSessionMutationVariables>;
export const EndOtherSessions = /*#__PURE__*/ new TypedDocumentString(`
    mutation EndOtherSessions {
  logoutEverywhere(keepCurrent: true)
}
    `) as unknown as TypedDocumentString<EndOtherSessionsMutation, EndOtherSessionsMutationVariables>;
export const OwnApiKeys = /*#__PURE__*/ new TypedDocumentString(`
    query OwnApiKeys {
  me {
    id
    apiKeys {
      id
      name
      prefix
      scopes
      networks
      createdAt
      expiresAt
      lastUsedAt
    }
  }
}
    `) as unknown as TypedDocumentString<OwnApiKeysQuery, OwnApiKeysQueryVariables>;
export const CreateApiKey = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    secret
    apiKey {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RevokeApiKey = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeApiKey($id: ID!) {
  revokeApiKey(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const InspectToken = /*#__PURE__*/ new TypedDocumentString(`
    query InspectToken($token: String!) {
  inspectToken(token: $token) {
    valid
    problem
    header
    claims
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<InspectTokenQuery, InspectTokenQueryVariables>;
export const InspectTokenWithState = /*#__PURE__*/ new TypedDocumentString(`
    query InspectTokenWithState($token: String!) {
  inspectToken(token: $token) {
    valid
    problem
    header
    claims
    expiresAt
    revoked
  }
}
    `) as unknown as TypedDocumentString<InspectTokenWithStateQuery, InspectTokenWithStateQueryVariables>;
export const HolderOfToken = /*#__PURE__*/ new TypedDocumentString(`
    query HolderOfToken {
  me {
    id
    displayName
    scopes
  }
}
    `) as unknown as TypedDocumentString<HolderOfTokenQuery, HolderOfTokenQueryVariables>;
export const Posture = /*#__PURE__*/ new TypedDocumentString(`
    query Posture {
  posture {
    production
    database
    redis
    mail
    administrators
    administratorsWithoutSecondFactor
    expiringApiKeys
  }
}
    `) as unknown as TypedDocumentString<PostureQuery, PostureQueryVariables>;
export const SigningKeys = /*#__PURE__*/ new TypedDocumentString(`
    query SigningKeys {
  signingKeys {
    ...KeyFacts
  }
}
    fragment KeyFacts on SigningKey {
  id
  algorithm
  state
  createdAt
  signedUntil
}`) as unknown as TypedDocumentString<SigningKeysQuery, SigningKeysQueryVariables>;
export const RotateSigningKeys = /*#__PURE__*/ new TypedDocumentString(`
    mutation RotateSigningKeys {
  rotateSigningKeys {
    ...KeyFacts
  }
}
    fragment KeyFacts on SigningKey {
  id
  algorithm
  state
  createdAt
  signedUntil
}`) as unknown as TypedDocumentString<RotateSigningKeysMutation, RotateSigningKeysMutationVariables>;
export const SentMails = /*#__PURE__*/ new TypedDocumentString(`
    query SentMails {
  sentMails {
    id
    at
    kind
    to
    subject
    text
    links {
      label
      url
    }
  }
}
    `) as unknown as TypedDocumentString<SentMailsQuery, SentMailsQueryVariables>;