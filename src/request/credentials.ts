import type { Principal } from '../authorization/index.ts';
import type { EndReason } from '../errors.ts';

/** A principal as a credential brings it: a signed-in user also names the session. */
export type RequestPrincipal = Principal & {
  readonly sessionId?: string;
  /** The account's version when the credential was checked: a later write can tell that the credential was replaced. */
  readonly credentialVersion?: number;
  /**
   * True if its session was narrowed to some scopes, or if a key holds less than its owner: it is not the user with all
   * the user's rights then.
   */
  readonly isNarrowed?: boolean;
};

/** The way in which the caller presented its credential: `none` if it presented nothing, `header` for `X-API-Key`. */
export type CredentialSource = 'none' | 'bearer' | 'cookie' | 'header' | 'query' | 'basic';

/**
 * A credential that a strategy recognised. `ended` is set if it is genuine but counts no more: it expired, or its
 * session ended. It grants nothing then, and only operations that act on what they carry themselves may ignore it.
 */
export interface RecognisedCredential {
  readonly principal: RequestPrincipal;
  readonly source: CredentialSource;
  readonly ended?: { readonly sessionId: string | null; readonly reason: EndReason };
  /** The `jti` of an access token: tells a token, which a client holds for a while, from the key that got it. */
  readonly tokenId?: string;
  /** When the credential ends by itself. */
  readonly expiresAt?: Date;
  /** The ids of the events that may end it, besides those of its user. */
  readonly endedBy?: readonly string[];
  /** The row of the user who is signed in, if it was read to check the credential. */
  readonly user?: { readonly id: string };
}

/** The parts of an HTTP request that can carry a credential. */
export interface PresentedCredentials {
  readonly authorization: string | undefined;
  /** The value of `X-API-Key`. */
  readonly apiKey: string | undefined;
  /** The value of `api_key` in the query string. */
  readonly queryKey: string | undefined;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** The value of `X-TOTP-Code`; a WebSocket has none. */
  readonly factorCode?: string | undefined;
  /** The client's IP address, as far as the configured proxies are trusted. */
  readonly ipAddress: string;
  readonly now: Date;
  readonly requestId: string;
  readonly userAgent: string | null;
}

/**
 * Answers `null` (not mine; at once, where that shows at once), throws an `AppError` (mine, and bad), or answers the
 * principal.
 */
export type CredentialStrategy = (presented: PresentedCredentials) => Promise<RecognisedCredential | null> | null;

export interface SubscriptionCredential {
  /**
   * Checks the credential again, once for all subscriptions of a connection that deliver the same event. Answers false
   * if it counts no more, or if its rights have changed.
   */
  readonly renew: (event?: object) => Promise<boolean>;
}
