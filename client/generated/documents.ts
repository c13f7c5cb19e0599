/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AcceptInvitationInput = {
  delivery?: TokenDelivery | null | undefined;
  displayName: string;
  /** 8 to 128 characters, not a common one, not similar to the e-mail address or the name. */
  password: string;
  token: string;
};

export type AuthMethod =
  | 'EMAIL'
  | 'EXTERNAL'
  | 'INVITATION'
  | 'PASSKEY'
  | 'PASSWORD'
  | 'RECOVERY_CODE'
  | 'TOTP';

/** One proof: a `code` of an authenticator app, a `recoveryCode`, or `passkey`, the response to the challenge's `passkeyOptions`. `trustDevice` spares the second factor on this device from now on. */
export type CompleteMfaInput = {
  challenge: string;
  code?: string | null | undefined;
  passkey?: unknown;
  recoveryCode?: string | null | undefined;
  trustDevice?: boolean | null | undefined;
};

/** `handle` as `beginEmailLogin` answered it (a cookie client's is in a cookie), with the `code` of the mail or the `token` of its link. */
export type FinishEmailLoginInput = {
  /** Six digits; blanks and hyphens between them do not matter. */
  code?: string | null | undefined;
  delivery?: TokenDelivery | null | undefined;
  /** A name for the device, to show. */
  device?: string | null | undefined;
  /** The token that an earlier sign-in on this device answered; cookie clients send it as a cookie. */
  deviceToken?: string | null | undefined;
  handle?: string | null | undefined;
  token?: string | null | undefined;
};

/** `device` is a name to show; `deviceToken` is what an earlier sign-in on this device answered (cookie clients send it as a cookie). `scopes` narrow what the session may do. */
export type LoginInput = {
  delivery?: TokenDelivery | null | undefined;
  device?: string | null | undefined;
  deviceToken?: string | null | undefined;
  email: string;
  password: string;
  scopes?: Array<string> | null | undefined;
};

/** An account with a second factor proves that, by `code`, `recoveryCode` or `passkey`, with or without the password; any other account gives its password. */
export type ReauthenticateInput = {
  code?: string | null | undefined;
  passkey?: unknown;
  password?: string | null | undefined;
  recoveryCode?: string | null | undefined;
};

export type RegisterInput = {
  delivery?: TokenDelivery | null | undefined;
  displayName: string;
  email: string;
  /** 8 to 128 characters, not a common one, not similar to the e-mail address or the name. */
  password: string;
};

/** Roles are granted to users. ADMIN includes MODERATOR and EDITOR; each of those includes VIEWER. */
export type Role =
  | 'ADMIN'
  | 'EDITOR'
  | 'MODERATOR'
  | 'VIEWER';

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

/** BODY: tokens in the answer. COOKIE: httpOnly cookies, tokens null in the answer. */
export type TokenDelivery =
  | 'BODY'
  | 'COOKIE';

export type TokensFragment = { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } };

type Outcome_AuthTokens_Fragment = { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } };

type Outcome_ConfirmationSent_Fragment = { __typename: 'ConfirmationSent' };

type Outcome_MfaChallenge_Fragment = { __typename: 'MfaChallenge', challenge: string, methods: Array<AuthMethod>, expiresIn: number, passkeyOptions: unknown };

export type OutcomeFragment =
  | Outcome_AuthTokens_Fragment
  | Outcome_ConfirmationSent_Fragment
  | Outcome_MfaChallenge_Fragment
;

export type SignInMutationVariables = Exact<{
  input: LoginInput;
}>;


export type SignInMutation = { login:
    | { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge', challenge: string, methods: Array<AuthMethod>, expiresIn: number, passkeyOptions: unknown }
   };

export type CompleteMfaMutationVariables = Exact<{
  input: CompleteMfaInput;
}>;


export type CompleteMfaMutation = { completeMfa: { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } } };

export type ReauthenticateMutationVariables = Exact<{
  input: ReauthenticateInput;
}>;


export type ReauthenticateMutation = { reauthenticate: { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } } };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { register:
    | { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } }
    | { __typename: 'ConfirmationSent', expiresIn: number }
    | { __typename: 'MfaChallenge' }
   };

export type AcceptInvitationMutationVariables = Exact<{
  input: AcceptInvitationInput;
}>;


export type AcceptInvitationMutation = { acceptInvitation:
    | { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge' }
   };

export type ChangePasswordMutationVariables = Exact<{
  currentPassword: string;
  newPassword: string;
}>;


export type ChangePasswordMutation = { changePassword: { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } } };

export type RefreshMutationVariables = Exact<{
  refreshToken?: string | null | undefined;
}>;


export type RefreshMutation = { refresh: { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } } };

export type SignOutMutationVariables = Exact<{
  refreshToken?: string | null | undefined;
}>;


export type SignOutMutation = { logout: boolean };

export type SignOutEverywhereMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutEverywhereMutation = { logoutEverywhere: number };

export type SimulateAccessQueryVariables = Exact<{
  input: SimulateAccessInput;
}>;


export type SimulateAccessQuery = { simulateAccess: { allowed: boolean } };

export type BeginPasskeyLoginMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginPasskeyLoginMutation = { beginPasskeyLogin: unknown };

export type FinishPasskeyLoginMutationVariables = Exact<{
  response: unknown;
  delivery?: TokenDelivery | null | undefined;
}>;


export type FinishPasskeyLoginMutation = { finishPasskeyLogin: { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } } };

export type BeginPasskeyRegistrationMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginPasskeyRegistrationMutation = { beginPasskeyRegistration: unknown };

export type FinishPasskeyRegistrationMutationVariables = Exact<{
  response: unknown;
  name?: string | null | undefined;
}>;


export type FinishPasskeyRegistrationMutation = { finishPasskeyRegistration: { id: string, name: string } };

export type PasskeySignalsQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeySignalsQuery = { me: { passkeySignals: unknown } | null };

export type BeginEmailLoginMutationVariables = Exact<{
  email: string;
  delivery?: TokenDelivery | null | undefined;
}>;


export type BeginEmailLoginMutation = { beginEmailLogin: { handle: string | null, expiresIn: number } };

export type FinishEmailLoginMutationVariables = Exact<{
  input: FinishEmailLoginInput;
}>;


export type FinishEmailLoginMutation = { finishEmailLogin:
    | { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge', challenge: string, methods: Array<AuthMethod>, expiresIn: number, passkeyOptions: unknown }
   };

export type IdentityProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type IdentityProvidersQuery = { identityProviders: Array<{ name: string, displayName: string }> };

export type BeginExternalLoginMutationVariables = Exact<{
  provider: string;
  returnTo?: string | null | undefined;
  delivery?: TokenDelivery | null | undefined;
  link?: boolean | null | undefined;
  fresh?: boolean | null | undefined;
}>;


export type BeginExternalLoginMutation = { beginExternalLogin: { authorizationUrl: string, state: string, handle: string | null } };

export type CompleteExternalLoginMutationVariables = Exact<{
  code: string;
  state: string;
  iss?: string | null | undefined;
  handle?: string | null | undefined;
}>;


export type CompleteExternalLoginMutation = { completeExternalLogin:
    | { __typename: 'AuthTokens', accessToken: string | null, refreshToken: string | null, expiresIn: number, scope: string, deviceToken: string | null, user: { id: string, displayName: string, roles: Array<Role> | null }, session: { id: string } }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge', challenge: string, methods: Array<AuthMethod>, expiresIn: number, passkeyOptions: unknown }
   };

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
export const TokensFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}
    `, {"fragmentName":"Tokens"}) as unknown as TypedDocumentString<TokensFragment, unknown>;
export const OutcomeFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Outcome on LoginResult {
  __typename
  ...Tokens
  ... on MfaChallenge {
    challenge
    methods
    expiresIn
    passkeyOptions
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`, {"fragmentName":"Outcome"}) as unknown as TypedDocumentString<OutcomeFragment, unknown>;
export const SignIn = /*#__PURE__*/ new TypedDocumentString(`
    mutation SignIn($input: LoginInput!) {
  login(input: $input) {
    ...Outcome
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}
fragment Outcome on LoginResult {
  __typename
  ...Tokens
  ... on MfaChallenge {
    challenge
    methods
    expiresIn
    passkeyOptions
  }
}`) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const CompleteMfa = /*#__PURE__*/ new TypedDocumentString(`
    mutation CompleteMfa($input: CompleteMfaInput!) {
  completeMfa(input: $input) {
    ...Tokens
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<CompleteMfaMutation, CompleteMfaMutationVariables>;
export const Reauthenticate = /*#__PURE__*/ new TypedDocumentString(`
    mutation Reauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) {
    ...Tokens
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<ReauthenticateMutation, ReauthenticateMutationVariables>;
export const Register = /*#__PURE__*/ new TypedDocumentString(`
    mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ...Tokens
    ... on ConfirmationSent {
      expiresIn
    }
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<RegisterMutation, RegisterMutationVariables>;
export const AcceptInvitation = /*#__PURE__*/ new TypedDocumentString(`
    mutation AcceptInvitation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    __typename
    ...Tokens
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<AcceptInvitationMutation, AcceptInvitationMutationVariables>;
export const ChangePassword = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangePassword($currentPassword: String!, $newPassword: String!) {
  changePassword(currentPassword: $currentPassword, newPassword: $newPassword) {
    ...Tokens
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const Refresh = /*#__PURE__*/ new TypedDocumentString(`
    mutation Refresh($refreshToken: String) {
  refresh(refreshToken: $refreshToken) {
    ...Tokens
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<RefreshMutation, RefreshMutationVariables>;
export const SignOut = /*#__PURE__*/ new TypedDocumentString(`
    mutation SignOut($refreshToken: String) {
  logout(refreshToken: $refreshToken)
}
    `) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const SignOutEverywhere = /*#__PURE__*/ new TypedDocumentString(`
    mutation SignOutEverywhere {
  logoutEverywhere
}
    `) as unknown as TypedDocumentString<SignOutEverywhereMutation, SignOutEverywhereMutationVariables>;
export const SimulateAccess = /*#__PURE__*/ new TypedDocumentString(`
    query SimulateAccess($input: SimulateAccessInput!) {
  simulateAccess(input: $input) {
    allowed
  }
}
    `) as unknown as TypedDocumentString<SimulateAccessQuery, SimulateAccessQueryVariables>;
export const BeginPasskeyLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginPasskeyLogin {
  beginPasskeyLogin
}
    `) as unknown as TypedDocumentString<BeginPasskeyLoginMutation, BeginPasskeyLoginMutationVariables>;
export const FinishPasskeyLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation FinishPasskeyLogin($response: JSON!, $delivery: TokenDelivery) {
  finishPasskeyLogin(response: $response, delivery: $delivery) {
    ...Tokens
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}`) as unknown as TypedDocumentString<FinishPasskeyLoginMutation, FinishPasskeyLoginMutationVariables>;
export const BeginPasskeyRegistration = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginPasskeyRegistration {
  beginPasskeyRegistration
}
    `) as unknown as TypedDocumentString<BeginPasskeyRegistrationMutation, BeginPasskeyRegistrationMutationVariables>;
export const FinishPasskeyRegistration = /*#__PURE__*/ new TypedDocumentString(`
    mutation FinishPasskeyRegistration($response: JSON!, $name: String) {
  finishPasskeyRegistration(response: $response, name: $name) {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<FinishPasskeyRegistrationMutation, FinishPasskeyRegistrationMutationVariables>;
export const PasskeySignals = /*#__PURE__*/ new TypedDocumentString(`
    query PasskeySignals {
  me {
    passkeySignals
  }
}
    `) as unknown as TypedDocumentString<PasskeySignalsQuery, PasskeySignalsQueryVariables>;
export const BeginEmailLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginEmailLogin($email: String!, $delivery: TokenDelivery) {
  beginEmailLogin(email: $email, delivery: $delivery) {
    handle
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<BeginEmailLoginMutation, BeginEmailLoginMutationVariables>;
export const FinishEmailLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation FinishEmailLogin($input: FinishEmailLoginInput!) {
  finishEmailLogin(input: $input) {
    ...Outcome
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}
fragment Outcome on LoginResult {
  __typename
  ...Tokens
  ... on MfaChallenge {
    challenge
    methods
    expiresIn
    passkeyOptions
  }
}`) as unknown as TypedDocumentString<FinishEmailLoginMutation, FinishEmailLoginMutationVariables>;
export const IdentityProviders = /*#__PURE__*/ new TypedDocumentString(`
    query IdentityProviders {
  identityProviders {
    name
    displayName
  }
}
    `) as unknown as TypedDocumentString<IdentityProvidersQuery, IdentityProvidersQueryVariables>;
export const BeginExternalLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginExternalLogin($provider: String!, $returnTo: String, $delivery: TokenDelivery, $link: Boolean, $fresh: Boolean) {
  beginExternalLogin(
    provider: $provider
    returnTo: $returnTo
    delivery: $delivery
    link: $link
    fresh: $fresh
  ) {
    authorizationUrl
    state
    handle
  }
}
    `) as unknown as TypedDocumentString<BeginExternalLoginMutation, BeginExternalLoginMutationVariables>;
export const CompleteExternalLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation CompleteExternalLogin($code: String!, $state: String!, $iss: String, $handle: String) {
  completeExternalLogin(code: $code, state: $state, iss: $iss, handle: $handle) {
    ...Outcome
  }
}
    fragment Tokens on AuthTokens {
  __typename
  accessToken
  refreshToken
  expiresIn
  scope
  deviceToken
  user {
    id
    displayName
    roles
  }
  session {
    id
  }
}
fragment Outcome on LoginResult {
  __typename
  ...Tokens
  ... on MfaChallenge {
    challenge
    methods
    expiresIn
    passkeyOptions
  }
}`) as unknown as TypedDocumentString<CompleteExternalLoginMutation, CompleteExternalLoginMutationVariables>;