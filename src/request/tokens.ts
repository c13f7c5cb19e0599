import type { RequestContext } from './context.ts';

/** The facts that introspection tells about a token that counts now (RFC 7662 §2.2); times are seconds since 1970. */
export interface TokenFacts {
  readonly subject: string;
  readonly clientId: string;
  /** The scopes that the token has now. */
  readonly scopes: readonly string[];
  readonly isAccessToken: boolean;
  readonly issuedAt?: number;
  readonly notBefore?: number;
  readonly expiresAt?: number;
  readonly tokenId?: string;
  /** The IP addresses and CIDR ranges in which alone the token counts; absent: it counts anywhere. */
  readonly networks?: readonly string[];
}

/** One kind of token that this server issues. */
export interface TokenKind {
  /** Answers `null` for a token of another kind, and for one that counts no more. */
  introspect(context: RequestContext, token: string): Promise<TokenFacts | null>;
  /** Ends what the token stands for; possession suffices. Answers whether the token was a genuine one of this kind. */
  revoke(context: RequestContext, token: string): Promise<boolean>;
}
