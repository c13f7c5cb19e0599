import type { JWTPayload } from 'jose';
import { isUuid } from '../../database/ids.ts';
import type { AuthMethod } from './session.entity.ts';

interface TokenClaims {
  /** The `jti`. */
  readonly tokenId: string;
  /** Seconds since 1970, as the other moments. */
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** The claims of a token that a user got by signing in. */
export interface SessionClaims extends TokenClaims {
  readonly kind: 'session';
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
  /** The scopes to which this token alone was narrowed; null if it may do what its session may. */
  readonly narrowing: readonly string[] | null;
}

/** The claims of a token that a program got by its own credential (RFC 6749 §4.4): it does no more than it names. */
export interface ClientClaims extends TokenClaims {
  readonly kind: 'client';
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** The claims of an access token (RFC 9068 §2.2). */
export type AccessClaims = SessionClaims | ClientClaims;

export interface SessionSubject {
  readonly kind: 'session';
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
  readonly authenticatedAt: Date;
  readonly methods: readonly AuthMethod[];
  /** Names in `amr` that a proof told besides its method. */
  readonly furtherAmr: readonly string[];
  readonly isNarrowed: boolean;
}

export interface ClientSubject {
  readonly kind: 'client';
  readonly clientId: string;
}

export type AccessTokenSubject = (SessionSubject | ClientSubject) & {
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** When the session or key behind the token ends: no token outlives it. Null if it has no end. */
  readonly notAfter: Date | null;
};

/** The `client_id` of every token of a session: sessions are not bound to a client. */
export const ownClientId = 'sallyport';
const maxLifetimeSeconds = 86_400;

export const requiredClaims = ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'scope'];

/** Returns the `sub`: the user, or the client itself if no user signed in (RFC 9068 §2.2). */
export const subjectOf = (subject: AccessTokenSubject): string =>
  subject.kind === 'session' ? subject.userId : subject.clientId;

export type AmrOf = (methods: readonly AuthMethod[], further: readonly string[]) => string[];

/** @param amrOf Names the methods of a session in the claim `amr` (RFC 8176 §2). */
export function claimsOf(subject: AccessTokenSubject, amrOf: AmrOf): JWTPayload {
  const rights = { scope: subject.scopes.join(' '), roles: subject.roles };
  if (subject.kind === 'client') return { client_id: subject.clientId, ...rights };
  return {
    sid: subject.sessionId,
    client_id: ownClientId,
    ...rights,
    ...(subject.isNarrowed ? { narrowed: true } : {}),
    auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
    amr: amrOf(subject.methods, subject.furtherAmr),
    ver: subject.credentialVersion,
  };
}

/** Reads the claims of a genuine token; null if they have another shape than ours. */
export function parseClaims(payload: JWTPayload): AccessClaims | null {
  const { jti, iat, nbf, exp, client_id: clientId, scope } = payload;
  if (typeof jti !== 'string' || !isWhole(iat) || !isWhole(nbf) || !isWhole(exp)) return null;
  if (exp <= iat || exp - iat > maxLifetimeSeconds) return null;
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
