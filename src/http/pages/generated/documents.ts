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

/** BODY: tokens in the answer. COOKIE: httpOnly cookies, tokens null in the answer. */
export type TokenDelivery =
  | 'BODY'
  | 'COOKIE';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { me: { id: string, email: string | null, displayName: string } | null };

export type SignInMutationVariables = Exact<{
  input: LoginInput;
}>;


export type SignInMutation = { login:
    | { __typename: 'AuthTokens' }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge', challenge: string, methods: Array<AuthMethod>, passkeyOptions: unknown }
   };

export type CompleteMfaMutationVariables = Exact<{
  input: CompleteMfaInput;
}>;


export type CompleteMfaMutation = { completeMfa: { expiresIn: number } };

export type FinishPasskeyLoginMutationVariables = Exact<{
  response: unknown;
}>;


export type FinishPasskeyLoginMutation = { finishPasskeyLogin: { expiresIn: number } };

export type RefreshMutationVariables = Exact<{ [key: string]: never; }>;


export type RefreshMutation = { refresh: { expiresIn: number } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { logout: boolean };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { register:
    | { __typename: 'AuthTokens' }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge' }
   };

export type AcceptInvitationMutationVariables = Exact<{
  input: AcceptInvitationInput;
}>;


export type AcceptInvitationMutation = { acceptInvitation:
    | { __typename: 'AuthTokens' }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge' }
   };

export type VerifyEmailMutationVariables = Exact<{
  token: string;
  password?: string | null | undefined;
}>;


export type VerifyEmailMutation = { verifyEmail: boolean };

export type RequestPasswordResetMutationVariables = Exact<{
  email: string;
}>;


export type RequestPasswordResetMutation = { requestPasswordReset: boolean };

export type ResetPasswordMutationVariables = Exact<{
  token: string;
  newPassword: string;
  revokeApiKeys: boolean;
}>;


export type ResetPasswordMutation = { resetPassword: boolean };

export type RevertEmailChangeMutationVariables = Exact<{
  token: string;
}>;


export type RevertEmailChangeMutation = { revertEmailChange: boolean };

export type BeginEmailLoginMutationVariables = Exact<{
  email: string;
}>;


export type BeginEmailLoginMutation = { beginEmailLogin: { expiresIn: number } };

export type FinishEmailLoginMutationVariables = Exact<{
  input: FinishEmailLoginInput;
}>;


export type FinishEmailLoginMutation = { finishEmailLogin:
    | { __typename: 'AuthTokens' }
    | { __typename: 'ConfirmationSent' }
    | { __typename: 'MfaChallenge', challenge: string, methods: Array<AuthMethod>, passkeyOptions: unknown }
   };

export type BeginExternalLoginMutationVariables = Exact<{
  provider: string;
  returnTo: string;
  link: boolean;
  fresh?: boolean | null | undefined;
}>;


export type BeginExternalLoginMutation = { beginExternalLogin: { authorizationUrl: string } };

export type ProofsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProofsQuery = { me: { email: string | null, hasPassword: boolean | null, secondFactors: Array<AuthMethod> | null, externalIdentities: Array<{ provider: string }> | null } | null };

export type BeginPasskeyLoginMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginPasskeyLoginMutation = { beginPasskeyLogin: unknown };

export type ReauthenticateMutationVariables = Exact<{
  input: ReauthenticateInput;
}>;


export type ReauthenticateMutation = { reauthenticate: { expiresIn: number } };

export type ProfileQueryVariables = Exact<{ [key: string]: never; }>;


export type ProfileQuery = { me: { id: string, displayName: string, email: string | null, emailVerified: boolean | null, secondFactors: Array<AuthMethod> | null, createdAt: string, passkeySignals: unknown } | null };

export type UpdateProfileMutationVariables = Exact<{
  displayName: string;
}>;


export type UpdateProfileMutation = { updateProfile: { id: string } };

export type RequestEmailVerificationMutationVariables = Exact<{ [key: string]: never; }>;


export type RequestEmailVerificationMutation = { requestEmailVerification: boolean };

export type RequestEmailChangeMutationVariables = Exact<{
  newEmail: string;
  password?: string | null | undefined;
  code?: string | null | undefined;
}>;


export type RequestEmailChangeMutation = { requestEmailChange: boolean };

export type CloseAccountMutationVariables = Exact<{ [key: string]: never; }>;


export type CloseAccountMutation = { closeAccount: boolean };

export type SecurityQueryVariables = Exact<{ [key: string]: never; }>;


export type SecurityQuery = { me: { id: string, email: string | null, displayName: string, emailVerified: boolean | null, hasPassword: boolean | null, secondFactors: Array<AuthMethod> | null, recoveryCodesLeft: number | null, passkeySignals: unknown, passkeys: Array<{ id: string, name: string, createdAt: string, lastUsedAt: string | null }> | null, trustedDevices: Array<{ id: string, name: string | null, createdAt: string, expiresAt: string, current: boolean }> | null, externalIdentities: Array<{ id: string, provider: string, createdAt: string }> | null } | null };

export type ChangePasswordMutationVariables = Exact<{
  currentPassword: string;
  newPassword: string;
  revokeApiKeys: boolean;
}>;


export type ChangePasswordMutation = { changePassword: { expiresIn: number } };

export type BeginTotpEnrolmentMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginTotpEnrolmentMutation = { beginTotpEnrolment: { secret: string, uri: string, qrCode: string } };

export type ConfirmTotpEnrolmentMutationVariables = Exact<{
  code: string;
}>;


export type ConfirmTotpEnrolmentMutation = { confirmTotpEnrolment: { codes: Array<string> } };

export type RegenerateRecoveryCodesMutationVariables = Exact<{ [key: string]: never; }>;


export type RegenerateRecoveryCodesMutation = { regenerateRecoveryCodes: { codes: Array<string> } };

export type DisableTotpMutationVariables = Exact<{ [key: string]: never; }>;


export type DisableTotpMutation = { disableTotp: boolean };

export type RevokeTrustedDeviceMutationVariables = Exact<{
  id: string;
}>;


export type RevokeTrustedDeviceMutation = { revokeTrustedDevice: boolean };

export type UnlinkExternalIdentityMutationVariables = Exact<{
  id: string;
}>;


export type UnlinkExternalIdentityMutation = { unlinkExternalIdentity: boolean };

export type BeginPasskeyRegistrationMutationVariables = Exact<{ [key: string]: never; }>;


export type BeginPasskeyRegistrationMutation = { beginPasskeyRegistration: unknown };

export type FinishPasskeyRegistrationMutationVariables = Exact<{
  response: unknown;
  name?: string | null | undefined;
}>;


export type FinishPasskeyRegistrationMutation = { finishPasskeyRegistration: { id: string } };

export type RenamePasskeyMutationVariables = Exact<{
  id: string;
  name: string;
}>;


export type RenamePasskeyMutation = { renamePasskey: { id: string } };

export type RemovePasskeyMutationVariables = Exact<{
  id: string;
}>;


export type RemovePasskeyMutation = { removePasskey: boolean };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { me: { id: string, email: string | null, sessions: Array<{ id: string, createdAt: string, lastUsedAt: string, expiresAt: string, device: string | null, userAgent: string | null, ipAddress: string | null, current: boolean, methods: Array<AuthMethod> }> | null, apiKeys: Array<{ id: string }> | null } | null, resultsShown: Array<{ at: string, fields: Array<string>, by: { displayName: string } | null }> };

export type RevokeSessionMutationVariables = Exact<{
  id: string;
}>;


export type RevokeSessionMutation = { revokeSession: { id: string } };

export type SignOutElsewhereMutationVariables = Exact<{
  revokeApiKeys: boolean;
}>;


export type SignOutElsewhereMutation = { logoutEverywhere: number };

export type ApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiKeysQuery = { me: { id: string, email: string | null, scopes: Array<string> | null, apiKeys: Array<{ id: string, name: string, prefix: string, scopes: Array<string>, networks: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null }> | null } | null };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string, apiKey: { name: string, prefix: string } } };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { id: string } };

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

export const Viewer = /*#__PURE__*/ new TypedDocumentString(`
    query Viewer {
  me {
    id
    email
    displayName
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const SignIn = /*#__PURE__*/ new TypedDocumentString(`
    mutation SignIn($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on MfaChallenge {
      challenge
      methods
      passkeyOptions
    }
  }
}
    `) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const CompleteMfa = /*#__PURE__*/ new TypedDocumentString(`
    mutation CompleteMfa($input: CompleteMfaInput!) {
  completeMfa(input: $input) {
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<CompleteMfaMutation, CompleteMfaMutationVariables>;
export const FinishPasskeyLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation FinishPasskeyLogin($response: JSON!) {
  finishPasskeyLogin(response: $response, delivery: COOKIE) {
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<FinishPasskeyLoginMutation, FinishPasskeyLoginMutationVariables>;
export const Refresh = /*#__PURE__*/ new TypedDocumentString(`
    mutation Refresh {
  refresh {
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<RefreshMutation, RefreshMutationVariables>;
export const SignOut = /*#__PURE__*/ new TypedDocumentString(`
    mutation SignOut {
  logout
}
    `) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const Register = /*#__PURE__*/ new TypedDocumentString(`
    mutation Register($input: RegisterInput!) {
  register(input: $input) {
    __typename
  }
}
    `) as unknown as TypedDocumentString<RegisterMutation, RegisterMutationVariables>;
export const AcceptInvitation = /*#__PURE__*/ new TypedDocumentString(`
    mutation AcceptInvitation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    __typename
  }
}
    `) as unknown as TypedDocumentString<AcceptInvitationMutation, AcceptInvitationMutationVariables>;
export const VerifyEmail = /*#__PURE__*/ new TypedDocumentString(`
    mutation VerifyEmail($token: String!, $password: String) {
  verifyEmail(token: $token, password: $password)
}
    `) as unknown as TypedDocumentString<VerifyEmailMutation, VerifyEmailMutationVariables>;
export const RequestPasswordReset = /*#__PURE__*/ new TypedDocumentString(`
    mutation RequestPasswordReset($email: String!) {
  requestPasswordReset(email: $email)
}
    `) as unknown as TypedDocumentString<RequestPasswordResetMutation, RequestPasswordResetMutationVariables>;
export const ResetPassword = /*#__PURE__*/ new TypedDocumentString(`
    mutation ResetPassword($token: String!, $newPassword: String!, $revokeApiKeys: Boolean!) {
  resetPassword(
    token: $token
    newPassword: $newPassword
    revokeApiKeys: $revokeApiKeys
  )
}
    `) as unknown as TypedDocumentString<ResetPasswordMutation, ResetPasswordMutationVariables>;
export const RevertEmailChange = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevertEmailChange($token: String!) {
  revertEmailChange(token: $token)
}
    `) as unknown as TypedDocumentString<RevertEmailChangeMutation, RevertEmailChangeMutationVariables>;
export const BeginEmailLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginEmailLogin($email: String!) {
  beginEmailLogin(email: $email, delivery: COOKIE) {
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<BeginEmailLoginMutation, BeginEmailLoginMutationVariables>;
export const FinishEmailLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation FinishEmailLogin($input: FinishEmailLoginInput!) {
  finishEmailLogin(input: $input) {
    __typename
    ... on MfaChallenge {
      challenge
      methods
      passkeyOptions
    }
  }
}
    `) as unknown as TypedDocumentString<FinishEmailLoginMutation, FinishEmailLoginMutationVariables>;
export const BeginExternalLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginExternalLogin($provider: String!, $returnTo: String!, $link: Boolean!, $fresh: Boolean) {
  beginExternalLogin(
    provider: $provider
    returnTo: $returnTo
    delivery: COOKIE
    link: $link
    fresh: $fresh
  ) {
    authorizationUrl
  }
}
    `) as unknown as TypedDocumentString<BeginExternalLoginMutation, BeginExternalLoginMutationVariables>;
export const Proofs = /*#__PURE__*/ new TypedDocumentString(`
    query Proofs {
  me {
    email
    hasPassword
    secondFactors
    externalIdentities {
      provider
    }
  }
}
    `) as unknown as TypedDocumentString<ProofsQuery, ProofsQueryVariables>;
export const BeginPasskeyLogin = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginPasskeyLogin {
  beginPasskeyLogin
}
    `) as unknown as TypedDocumentString<BeginPasskeyLoginMutation, BeginPasskeyLoginMutationVariables>;
export const Reauthenticate = /*#__PURE__*/ new TypedDocumentString(`
    mutation Reauthenticate($input: ReauthenticateInput!) {
  reauthenticate(input: $input) {
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<ReauthenticateMutation, ReauthenticateMutationVariables>;
export const Profile = /*#__PURE__*/ new TypedDocumentString(`
    query Profile {
  me {
    id
    displayName
    email
    emailVerified
    secondFactors
    createdAt
    passkeySignals
  }
}
    `) as unknown as TypedDocumentString<ProfileQuery, ProfileQueryVariables>;
export const UpdateProfile = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpdateProfile($displayName: String!) {
  updateProfile(input: {displayName: $displayName}) {
    id
  }
}
    `) as unknown as TypedDocumentString<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const RequestEmailVerification = /*#__PURE__*/ new TypedDocumentString(`
    mutation RequestEmailVerification {
  requestEmailVerification
}
    `) as unknown as TypedDocumentString<RequestEmailVerificationMutation, RequestEmailVerificationMutationVariables>;
export const RequestEmailChange = /*#__PURE__*/ new TypedDocumentString(`
    mutation RequestEmailChange($newEmail: EmailAddress!, $password: String, $code: String) {
  requestEmailChange(newEmail: $newEmail, password: $password, code: $code)
}
    `) as unknown as TypedDocumentString<RequestEmailChangeMutation, RequestEmailChangeMutationVariables>;
export const CloseAccount = /*#__PURE__*/ new TypedDocumentString(`
    mutation CloseAccount {
  closeAccount
}
    `) as unknown as TypedDocumentString<CloseAccountMutation, CloseAccountMutationVariables>;
export const Security = /*#__PURE__*/ new TypedDocumentString(`
    query Security {
  me {
    id
    email
    displayName
    emailVerified
    hasPassword
    secondFactors
    recoveryCodesLeft
    passkeys {
      id
      name
      createdAt
      lastUsedAt
    }
    passkeySignals
    trustedDevices {
      id
      name
      createdAt
      expiresAt
      current
    }
    externalIdentities {
      id
      provider
      createdAt
    }
  }
}
    `) as unknown as TypedDocumentString<SecurityQuery, SecurityQueryVariables>;
export const ChangePassword = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangePassword($currentPassword: String!, $newPassword: String!, $revokeApiKeys: Boolean!) {
  changePassword(
    currentPassword: $currentPassword
    newPassword: $newPassword
    revokeApiKeys: $revokeApiKeys
  ) {
    expiresIn
  }
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const BeginTotpEnrolment = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginTotpEnrolment {
  beginTotpEnrolment {
    secret
    uri
    qrCode
  }
}
    `) as unknown as TypedDocumentString<BeginTotpEnrolmentMutation, BeginTotpEnrolmentMutationVariables>;
export const ConfirmTotpEnrolment = /*#__PURE__*/ new TypedDocumentString(`
    mutation ConfirmTotpEnrolment($code: String!) {
  confirmTotpEnrolment(code: $code) {
    codes
  }
}
    `) as unknown as TypedDocumentString<ConfirmTotpEnrolmentMutation, ConfirmTotpEnrolmentMutationVariables>;
export const RegenerateRecoveryCodes = /*#__PURE__*/ new TypedDocumentString(`
    mutation RegenerateRecoveryCodes {
  regenerateRecoveryCodes {
    codes
  }
}
    `) as unknown as TypedDocumentString<RegenerateRecoveryCodesMutation, RegenerateRecoveryCodesMutationVariables>;
export const DisableTotp = /*#__PURE__*/ new TypedDocumentString(`
    mutation DisableTotp {
  disableTotp
}
    `) as unknown as TypedDocumentString<DisableTotpMutation, DisableTotpMutationVariables>;
export const RevokeTrustedDevice = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeTrustedDevice($id: ID!) {
  revokeTrustedDevice(id: $id)
}
    `) as unknown as TypedDocumentString<RevokeTrustedDeviceMutation, RevokeTrustedDeviceMutationVariables>;
export const UnlinkExternalIdentity = /*#__PURE__*/ new TypedDocumentString(`
    mutation UnlinkExternalIdentity($id: ID!) {
  unlinkExternalIdentity(id: $id)
}
    `) as unknown as TypedDocumentString<UnlinkExternalIdentityMutation, UnlinkExternalIdentityMutationVariables>;
export const BeginPasskeyRegistration = /*#__PURE__*/ new TypedDocumentString(`
    mutation BeginPasskeyRegistration {
  beginPasskeyRegistration
}
    `) as unknown as TypedDocumentString<BeginPasskeyRegistrationMutation, BeginPasskeyRegistrationMutationVariables>;
export const FinishPasskeyRegistration = /*#__PURE__*/ new TypedDocumentString(`
    mutation FinishPasskeyRegistration($response: JSON!, $name: String) {
  finishPasskeyRegistration(response: $response, name: $name) {
    id
  }
}
    `) as unknown as TypedDocumentString<FinishPasskeyRegistrationMutation, FinishPasskeyRegistrationMutationVariables>;
export const RenamePasskey = /*#__PURE__*/ new TypedDocumentString(`
    mutation RenamePasskey($id: ID!, $name: String!) {
  renamePasskey(id: $id, name: $name) {
    id
  }
}
    `) as unknown as TypedDocumentString<RenamePasskeyMutation, RenamePasskeyMutationVariables>;
export const RemovePasskey = /*#__PURE__*/ new TypedDocumentString(`
    mutation RemovePasskey($id: ID!) {
  removePasskey(id: $id)
}
    `) as unknown as TypedDocumentString<RemovePasskeyMutation, RemovePasskeyMutationVariables>;
export const Sessions = /*#__PURE__*/ new TypedDocumentString(`
    query Sessions {
  me {
    id
    email
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
    apiKeys {
      id
    }
  }
  resultsShown {
    at
    by {
      displayName
    }
    fields
  }
}
    `) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const RevokeSession = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeSession($id: ID!) {
  revokeSession(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<RevokeSessionMutation, RevokeSessionMutationVariables>;
export const SignOutElsewhere = /*#__PURE__*/ new TypedDocumentString(`
    mutation SignOutElsewhere($revokeApiKeys: Boolean!) {
  logoutEverywhere(keepCurrent: true, revokeApiKeys: $revokeApiKeys)
}
    `) as unknown as TypedDocumentString<SignOutElsewhereMutation, SignOutElsewhereMutationVariables>;
export const ApiKeys = /*#__PURE__*/ new TypedDocumentString(`
    query ApiKeys {
  me {
    id
    email
    scopes
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
    `) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const CreateApiKey = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    secret
    apiKey {
      name
      prefix
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