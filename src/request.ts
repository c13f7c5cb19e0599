import type { EntityManager } from '@mikro-orm/postgresql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from './authorization/index.ts';

/** A principal as credentials bring it: a signed-in user also names the session. */
export type RequestPrincipal = Principal & {
  readonly sessionId?: string;
  /** The account's version when the credential was looked at: what is written later can see that it was replaced. */
  readonly credentialVersion?: number;
  /** Whether its session was narrowed to some scopes: then it is not the user with all that it may do. */
  readonly isNarrowed?: boolean;
};

/** What a credential may do now. */
export interface Rights {
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/** Works out rights from the table of roles; handed in by `app`. */
export interface RightsOf {
  /** The rights of these roles, within everything that the credential was narrowed to (`null`: not narrowed). */
  (roles: readonly string[], ...narrowings: ReadonlyArray<readonly string[] | null>): Rights;
  /**
   * Checks scopes that a client asks for.
   * @throws FORBIDDEN where one of them is not covered by what the roles give.
   */
  narrow(roles: readonly string[], requested: readonly string[]): string[];
  /** Whether scopes cover everything that these roles give. */
  covers(scopes: readonly string[], roles: readonly string[]): boolean;
  /**
   * Checks scopes that are to be handed on, such as to a key.
   * @throws FORBIDDEN where one of them is not covered by those of the credential in use.
   */
  within(own: readonly string[], requested: readonly string[]): string[];
}

/** How the caller presented its credential: `none` where it presented nothing, `header` for `X-API-Key`. */
export type CredentialSource = 'none' | 'bearer' | 'cookie' | 'header' | 'query' | 'basic';

/**
 * What a credential turned out to be. `stale` is set where it was genuine but no longer counts: expired, or of an
 * ended session. It then grants nothing, and only operations that end or renew a session may ignore it.
 */
export interface Recognised {
  readonly principal: RequestPrincipal;
  readonly source: CredentialSource;
  readonly stale?: { readonly sessionId: string };
  /** Of an access token alone, its `jti`: what somebody holds for a while, other than a key that got it. */
  readonly tokenId?: string;
  /** When the credential ends by itself. */
  readonly expiresAt?: Date;
}

/** The part of an HTTP request in which credentials stand. */
export interface PresentedCredentials {
  readonly authorization: string | undefined;
  /** What stands in `X-API-Key`. */
  readonly apiKey: string | undefined;
  /** What stands in the address as `api_key`. */
  readonly queryKey: string | undefined;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** The client's address, as far as the configured proxies are believed. */
  readonly ip: string;
  readonly now: Date;
  readonly requestId: string;
  readonly userAgent: string | null;
}

/** Answers `null` (not mine), throws an `AppError` (mine, and bad), or the principal. */
export type CredentialStrategy = (presented: PresentedCredentials) => Promise<Recognised | null>;

/** What is told of a token that counts now (RFC 7662 §2.2); times are seconds since 1970. */
export interface TokenFacts {
  readonly subject: string;
  readonly clientId: string;
  /** What it may do now. */
  readonly scopes: readonly string[];
  readonly isAccessToken: boolean;
  readonly issuedAt?: number;
  readonly notBefore?: number;
  readonly expiresAt?: number;
  readonly tokenId?: string;
  /** Addresses and CIDR ranges from which alone it counts; absent: from anywhere. */
  readonly networks?: readonly string[];
}

/** One kind of token that we give out, as who is presented with it asks about it or ends it. */
export interface TokenKind {
  /** Answers `null` for a token of another kind, and for one that does not count now. */
  introspect(scope: RequestScope, token: string): Promise<TokenFacts | null>;
  /** Ends what the token stands for, possession sufficing. Answers whether it was a genuine one of this kind. */
  revoke(scope: RequestScope, token: string): Promise<boolean>;
}

/** Cookies of ours in the request and on the answer; names are without prefix, which depends on the transport. */
export interface CookieJar {
  get(name: SallyportCookie): string | undefined;
  set(name: SallyportCookie, value: string, maxAgeSeconds: number): void;
  clear(name: SallyportCookie): void;
  /** Whether the request's `Origin` may be given cookies. */
  readonly originAllowed: boolean;
}

/** `device` proves nothing but that this browser has signed in before; it is no credential. */
export type SallyportCookie = 'access' | 'refresh' | 'device';

/** The one value handed down: GraphQL's context. */
export interface RequestScope {
  /** Who arrived; below a sign-in mutation `principalOf(info)` knows better. */
  readonly principal: RequestPrincipal;
  readonly credential: Omit<Recognised, 'principal'>;
  /** A unit of work of this request alone. Each root field of a mutation gets an empty one. */
  em: EntityManager;
  readonly requestId: string;
  readonly ip: string;
  /** At most 400 characters. */
  readonly userAgent: string | null;
  readonly now: Date;
  readonly cookies: CookieJar;
  /** Of a subscription alone, whose `principal` and `em` change while it lives. */
  readonly live?: LiveConnection;
}

export interface LiveConnection {
  /** Looks at the credential again. False where it does not count any more, or what it may do has changed. */
  readonly renew: () => Promise<boolean>;
}

/** The source of the present moment; tests move it by hand. */
export type Clock = () => Date;

/** A GraphQL request as the endpoint read it; `search` is the query string with its `?`. */
export interface GraphQLRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly search: string;
  readonly body: unknown;
}
