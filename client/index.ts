export {
  acceptInvitation,
  changePassword,
  reauthenticate,
  type AcceptInvitationInput,
  type Passwords,
  type Proof,
} from './accounts.ts';
export { createClient, type Client, type ClientCredential, type ClientOptions } from './create-client.ts';
export { can, type CanClient, type Question, type Subject } from './can.ts';
export type { QueryOptions, TypedDocument } from './document.ts';
export { beginEmailLogin, finishEmailLogin, type BegunEmailLogin, type EmailProof } from './email-codes.ts';
export {
  SallyportError,
  type ClientErrorCode,
  type GraphQLErrorAnswer,
  type SallyportErrorFacts,
  type ServerErrorCode,
} from './errors.ts';
export {
  beginExternalLogin,
  completeExternalLogin,
  identityProviders,
  type BegunExternalLogin,
  type ExternalLoginInput,
  type IdentityProvider,
} from './external-logins.ts';
export { addPasskey, answerPasskey, provePasskey, signalPasskeys, signInWithPasskey } from './passkeys.ts';
export type { SessionUser } from './record.ts';
export type { SessionState, SessionValue } from './session-value.ts';
export type {
  CompleteMfaInput,
  ConfirmationSent,
  MfaRequired,
  Delivery,
  KnownDevice,
  RegisterInput,
  SignedIn,
  SignIns,
  SignInInput,
} from './sign-ins.ts';
export type { StorageAdapter } from './store.ts';
