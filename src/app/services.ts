import type { GraphQLSchema } from 'graphql';
import type { AccessResolversDeps } from '../access/access.resolvers.ts';
import type { Recorder } from '../audit/record.ts';
import type { Config } from '../config/config.ts';
import type { PublishEvent } from '../events/open-events.ts';
import type { FeatureDeps } from '../feature/feature.ts';
import type { AccountMail } from '../identity/accounts/account-mail.ts';
import type { AccountsFeatureDeps } from '../identity/accounts/accounts.feature.ts';
import { createFirstProof } from '../identity/accounts/first-proof.ts';
import { endInvitationsOf } from '../identity/accounts/single-use-tokens.ts';
import { isTokenActive as isKeyTokenActive } from '../identity/api-keys/api-key-token-kinds.ts';
import { createApiKeys, type ApiKeys } from '../identity/api-keys/api-keys.service.ts';
import { endEmailLogins, type EmailCodesFeatureDeps } from '../identity/email-codes/email-codes.feature.ts';
import { createCountIdentities, removeIdentities } from '../identity/external-login/external-identities.service.ts';
import type { ExternalLoginFeatureDeps } from '../identity/external-login/external-login.feature.ts';
import { createExternalLogins } from '../identity/external-login/external-logins.service.ts';
import { createIdentityMail } from '../identity/external-login/identity-mail.ts';
import { createKeptTokens } from '../identity/external-login/kept-tokens.ts';
import type { Provider } from '../identity/external-login/provider.ts';
import { countPasskeys } from '../identity/passkeys/passkeys.service.ts';
import { isTokenActive as isSessionTokenActive } from '../identity/sessions/active-session.ts';
import type { SessionResolversDeps } from '../identity/sessions/sessions.resolvers.ts';
import { createRemoveCredentials } from '../identity/sign-in/remove-credentials.ts';
import { createSignInField, type SignInField } from '../identity/sign-in/sign-in-field.ts';
import { countPasswords, createRequireOtherSignInMethod } from '../identity/sign-in/sign-in-methods.ts';
import type { SigningKeyResolversDeps } from '../identity/signing-keys/signing-keys.resolvers.ts';
import { removeSubjects } from '../identity/trusted-issuers/remove-subjects.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { Nodes } from '../nodes/nodes.service.ts';
import type { SystemResolversDeps } from '../system/system.resolvers.ts';
import type { Identity } from './authentication.ts';
import type { FeaturePolicy } from './features.ts';

/** The services of signing in that several features share, or must not import of each other. */
export interface SharedServices
  extends
    Identity,
    Pick<AccountsFeatureDeps, 'registrationMode' | 'accountKeys' | 'removeCredentials' | 'removeCredentialsOfClosed'>,
    Pick<EmailCodesFeatureDeps, 'firstProof' | 'isEmailLoginOn'>,
    Pick<ExternalLoginFeatureDeps, 'externalLogins' | 'identityMail' | 'providers' | 'requireOtherSignInMethod'>,
    Pick<SessionResolversDeps, 'revokeKeysAndInvitations' | 'isActive'>,
    Pick<SigningKeyResolversDeps, 'signing'>,
    Pick<AccessResolversDeps, 'issuer' | 'signClaims'>,
    SystemResolversDeps {
  readonly mail: AccountMail;
  readonly signInField: SignInField;
  readonly apiKeys: ApiKeys;
  /** The name under which an authenticator app lists accounts. */
  readonly issuerName: string;
}

/** Everything that some feature is handed. */
export interface Services
  extends
    FeatureDeps<readonly FeaturePolicy[]>,
    SharedServices,
    Pick<AccessResolversDeps, 'operationBounds' | 'results'> {
  readonly nodes: Nodes;
  /** The guarded schema, which is made of the features' resolvers: there once they are. */
  readonly schema: () => GraphQLSchema;
}

export interface SharedServicesDeps {
  readonly identity: Identity;
  readonly issuerName: string;
  readonly mail: AccountMail;
  readonly registrationMode: Config['registration'];
  readonly isEmailLoginOn: boolean;
  readonly providers: readonly Provider[];
  /** The URLs of pages of our own, to which providers may lead back. */
  readonly ownPages: readonly string[];
  /** The key from which others are derived. */
  readonly rootKey: Uint8Array;
  readonly publishEvent: PublishEvent;
  readonly recorder: Recorder;
  readonly createLimiter: CreateLimiter;
  readonly signing: SigningKeyResolversDeps['signing'];
  readonly issuer: string;
  readonly signClaims: AccessResolversDeps['signClaims'];
  readonly system: SystemResolversDeps;
}

export function createSharedServices(deps: SharedServicesDeps): SharedServices {
  const { identity, isEmailLoginOn, issuerName, mail, providers, registrationMode, rootKey } = deps;
  const { checkKey, checkSession } = identity;
  const apiKeys = createApiKeys({
    ...deps,
    ...identity,
    sendKeyNotice: ({ email, displayName }, prefix) =>
      void mail.send('api-key-created', async (_, { apiKeyCreated }) => apiKeyCreated({ email, displayName }, prefix)),
  });
  // Further credentials besides the password; a method of signing in that is added hands in how it is taken away.
  const removals = [apiKeys.revokeAll, endEmailLogins, removeIdentities];
  const removeCredentials = createRemoveCredentials([...removals, removeSubjects], identity.factorRemoval);
  const identityMail = createIdentityMail(mail);
  return {
    ...identity,
    ...deps.system,
    signing: deps.signing,
    issuer: deps.issuer,
    signClaims: deps.signClaims,
    issuerName,
    mail,
    registrationMode,
    isEmailLoginOn,
    providers,
    identityMail,
    externalLogins: createExternalLogins({
      ...deps,
      ...identity,
      identityMail,
      keptTokens: createKeptTokens(rootKey),
    }),
    requireOtherSignInMethod: createRequireOtherSignInMethod([
      countPasswords,
      countPasskeys,
      createCountIdentities(providers),
      async () => (isEmailLoginOn ? 1 : 0),
    ]),
    signInField: createSignInField(identity),
    apiKeys,
    accountKeys: apiKeys,
    revokeKeysAndInvitations: async (tx, provenance, userId) => {
      await apiKeys.revokeAll(tx, provenance, userId);
      await endInvitationsOf(tx, provenance.now, userId);
    },
    removeCredentials,
    // A subject stays with a closed account: else its next token would make another one.
    removeCredentialsOfClosed: createRemoveCredentials(removals, identity.factorRemoval),
    firstProof: createFirstProof({ ...deps, ...identity, removeCredentials }),
    isActive: async (claims, now) =>
      claims.kind === 'session'
        ? isSessionTokenActive(claims, await checkSession(claims.sessionId), now)
        : isKeyTokenActive(checkKey, claims, now),
  };
}
