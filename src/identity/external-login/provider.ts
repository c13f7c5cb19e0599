import type { LoginSecrets } from './external-login-store.ts';

/** A person as a provider describes it, after everything that it sent was verified. */
export interface ExternalProfile {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  /** True if the provider says that the e-mail is the person's own. */
  readonly isEmailVerified: boolean;
  readonly displayName: string | null;
  /** When the provider asked the person for a proof; null if it does not tell. */
  readonly authenticatedAt: Date | null;
  /** The provider's own tokens. */
  readonly tokens: ProviderTokens;
}

/** The tokens that a provider issued, in the shape of its answer (RFC 6749 §5.1). */
export type ProviderTokens = Readonly<Record<string, unknown>>;

/** The parameters with which a provider sent a person back. */
export type CallbackParameters = Readonly<Partial<Record<CallbackParameter, string>>>;
export const callbackParameters = ['code', 'state', 'iss', 'error'] as const;
type CallbackParameter = (typeof callbackParameters)[number];

export interface AuthorizationRequest extends LoginSecrets {
  /** Asks the provider for a proof, even of a person whom it knows by the browser. */
  readonly isProofAsked: boolean;
}

export interface RedeemRequest extends LoginSecrets {
  readonly state: string;
  readonly parameters: CallbackParameters;
}

/** A provider to sign in with. */
export interface Provider {
  readonly name: string;
  readonly displayName: string;
  readonly returnTo: readonly [string, ...string[]];
  readonly keepTokens: boolean;
  /** Makes an account for a person who has none. */
  readonly register: boolean;
  /** True if the provider can be asked for a proof, and tells when it was given. */
  readonly canAskForProof: boolean;
  /** Returns where a person goes to sign in there. */
  readonly authorizationUrl: (state: string, request: AuthorizationRequest) => Promise<string>;
  /** Exchanges a code for the person whom it stands for. @throws SERVICE_UNAVAILABLE, FORBIDDEN or INVALID_GRANT. */
  readonly redeem: (request: RedeemRequest) => Promise<ExternalProfile>;
}
