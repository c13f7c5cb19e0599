import type { JWTPayload } from 'jose';
import { isUuid } from '../../input.ts';

interface TokenClaims {
  /** The `jti`. */
  readonly tokenId: string;
  /** Seconds since 1970, as the other moments. */
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** A token of somebody who has signed in. */
export interface SessionClaims extends TokenClaims {
  readonly kind: 'session';
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
  /** What this token alone was narrowed to; null where it may do what its session may. */
  readonly narrowing: readonly string[] | null;
}

/** A token that a program got by its own credential (RFC 6749 §4.4): it never does more than what it names. */
export interface ClientClaims extends TokenClaims {
  readonly kind: 'client';
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** What an access token says (RFC 9068 §2.2). */
export type AccessClaims = SessionClaims | ClientClaims;

export interface SessionSubject {
  readonly kind: 'session';
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
  readonly authenticatedAt: Date;
  readonly methods: readonly string[];
  readonly isNarrowed: boolean;
}

export interface ClientSubject {
  readonly kind: 'client';
  readonly clientId: string;
}

export type AccessTokenSubject = (SessionSubject | ClientSubject) & {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** The end of what the token comes from: no token outlives it. Null: it has none. */
  readonly notAfter: Date | null;
};

/** The `client_id` of everything that a sign-in yields: sessions are not bound to a client. */
export const ownClientId = 'sallyport';
const longestLifetimeSeconds = 86_400;

export const requiredClaims = ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'scope'];

/** Where no user signed in, the subject is the client itself (RFC 9068 §2.2), which nobody takes for a user. */
export const subjectOf = (subject: AccessTokenSubject): string =>
  subject.kind === 'session' ? subject.userId : subject.clientId;

export function claimsOf(subject: AccessTokenSubject): JWTPayload {
  const rights = { scope: subject.scopes.join(' '), roles: subject.roles };
  if (subject.kind === 'client') return { client_id: subject.clientId, ...rights };
  return {
    sid: subject.sessionId,
    client_id: ownClientId,
    ...rights,
    ...(subject.isNarrowed ? { narrowed: true } : {}),
    auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
    amr: subject.methods.map((method) => authenticationMethods[method] ?? method.toLowerCase()),
    ver: subject.credentialVersion,
  };
}

/** Names of RFC 8176 §2. */
const authenticationMethods: Readonly<Record<string, string>> = { PASSWORD: 'pwd' };

/** Reads what a genuine token says; null where it says it in another way than we do. */
export function parseClaims(payload: JWTPayload): AccessClaims | null {
  const { jti, iat, nbf, exp, client_id: clientId, scope } = payload;
  if (typeof jti !== 'string' || !isWhole(iat) || !isWhole(nbf) || !isWhole(exp)) return null;
  if (exp <= iat || exp - iat > longestLifetimeSeconds) return null;
  if (typeof clientId !== 'string' || typeof scope !== 'string') return null;
  const claims = { tokenId: jti, issuedAt: iat, notBefore: nbf, expiresAt: exp };
  const scopes = scope.split(' ').filter((one) => one !== '');
  if (clientId === ownClientId) return parseSession(payload, claims, scopes);
  return payload.sub === clientId ? { ...claims, kind: 'client', clientId, scopes } : null;
}

function parseSession(
  { sub, sid, ver, narrowed }: JWTPayload,
  claims: TokenClaims,
  scopes: readonly string[],
): SessionClaims | null {
  if (typeof sub !== 'string' || !isUuid(sub) || typeof sid !== 'string' || !isUuid(sid) || !isWhole(ver)) return null;
  if (narrowed !== undefined && narrowed !== true) return null;
  const narrowing = narrowed === true ? scopes : null;
  return { ...claims, kind: 'session', userId: sub, sessionId: sid, credentialVersion: ver, narrowing };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
