import { jwtVerify, SignJWT, errors, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';
import { isUuid } from '../../input.ts';
import type { KeyMaterial } from '../signing-keys/key-material.ts';
import type { SigningKeys } from '../signing-keys/signing-keys.service.ts';

/** What an access token says (RFC 9068 §2.2). */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
}

export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly credentialVersion: number;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly authenticatedAt: Date;
  readonly methods: readonly string[];
  /** The session's own end: no token outlives it. */
  readonly notAfter: Date;
}

export interface AccessTokens {
  issue(subject: AccessTokenSubject, now: Date): Promise<{ token: string; expiresInSeconds: number }>;
  /**
   * @returns the claims of a genuine token, with `expired` where its time is over, or `null` where it is not one of
   * ours: altered, foreign, of another kind, or before its time.
   */
  verify(token: string, now: Date): Promise<{ claims: AccessClaims; expired: boolean } | null>;
}

export interface AccessTokensDeps {
  readonly keys: SigningKeys;
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds: number;
}

const type = 'at+jwt';
const skewSeconds = 5;
const longestLifetimeSeconds = 86_400;
/** Lets jose pass over the moment in `exp` and `nbf`, which are looked at on each use of the cached claims. */
const anyTime = Number.MAX_SAFE_INTEGER;
const cacheEntries = 10_000;
const longestTokenCharacters = 8_192;
const requiredClaims = ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'jti', 'sid', 'ver'];

/** Issues and verifies access tokens: JWTs signed with a key of the database, its algorithm pinned by the key. */
export function createAccessTokens({ keys, issuer, audience, ttlSeconds }: AccessTokensDeps): AccessTokens {
  // Spares the signature alone. Keyed by the exact text; revocation is looked at on every request, elsewhere.
  const verified = new Map<string, { claims: AccessClaims; kid: string }>();

  function remember(token: string, entry: { claims: AccessClaims; kid: string }): void {
    if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');
    verified.set(token, entry);
  }

  function recall(token: string): AccessClaims | null {
    const entry = verified.get(token);
    if (entry === undefined) return null;
    if (keys.has(entry.kid)) return entry.claims;
    verified.delete(token);
    return null;
  }

  return {
    async issue(subject, now) {
      const seconds = Math.floor(now.getTime() / 1000);
      const lifetime = Math.min(ttlSeconds, Math.floor(subject.notAfter.getTime() / 1000) - seconds);
      const key = keys.active();
      const token = await new SignJWT(claimsOf(subject))
        .setProtectedHeader({ alg: key.algorithm, typ: type, kid: key.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject.userId)
        .setJti(randomUUID())
        .setIssuedAt(seconds)
        .setNotBefore(seconds)
        .setExpirationTime(seconds + lifetime)
        .sign(key.signingKey);
      return { token, expiresInSeconds: lifetime };
    },

    async verify(token, now) {
      const seconds = now.getTime() / 1000;
      let claims = recall(token);
      if (claims === null) {
        const fresh = await verifySignature(token);
        if (fresh === null) return null;
        remember(token, fresh);
        claims = fresh.claims;
      }
      if (claims.notBefore > seconds + skewSeconds) return null;
      const expired = claims.expiresAt <= seconds - skewSeconds;
      if (expired) verified.delete(token);
      return { claims, expired };
    },
  };

  /** Everything but the time, which is looked at on each use. */
  async function verifySignature(token: string): Promise<{ claims: AccessClaims; kid: string } | null> {
    if (token.length > longestTokenCharacters) return null;
    let key: KeyMaterial | undefined;
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid, alg }) => {
          key = kid !== undefined && isUuid(kid) ? await keys.find(kid) : undefined;
          if (key?.algorithm !== alg) throw new errors.JWKSNoMatchingKey();
          return key.verificationKey;
        },
        { issuer, audience, typ: type, requiredClaims, clockTolerance: anyTime },
      );
      const claims = parseClaims(payload);
      return claims === null || key === undefined ? null : { claims, kid: key.kid };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }
}

const claimsOf = (subject: AccessTokenSubject): JWTPayload => ({
  sid: subject.sessionId,
  client_id: 'sallyport',
  scope: subject.scopes.join(' '),
  roles: subject.roles,
  auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
  amr: subject.methods.map((method) => authenticationMethods[method] ?? method.toLowerCase()),
  ver: subject.credentialVersion,
});

/** Names of RFC 8176 §2. */
const authenticationMethods: Readonly<Record<string, string>> = { PASSWORD: 'pwd' };

function parseClaims({ sub, sid, ver, iat, nbf, exp }: JWTPayload): AccessClaims | null {
  if (typeof sub !== 'string' || !isUuid(sub) || typeof sid !== 'string' || !isUuid(sid)) return null;
  if (!isWhole(ver) || !isWhole(iat) || !isWhole(nbf) || !isWhole(exp)) return null;
  if (exp <= iat || exp - iat > longestLifetimeSeconds) return null;
  return { userId: sub, sessionId: sid, credentialVersion: ver, issuedAt: iat, notBefore: nbf, expiresAt: exp };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
