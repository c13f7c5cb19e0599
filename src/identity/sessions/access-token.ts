import { errors, jwtVerify } from 'jose';
import { randomUUID } from 'node:crypto';
import { isUuid } from '../../database/ids.ts';
import type { KeyMaterial } from '../signing-keys/key-material.ts';
import type { SigningKeys } from '../signing-keys/signing-keys.service.ts';
import {
  claimsOf,
  parseClaims,
  requiredClaims,
  subjectOf,
  type AccessClaims,
  type AccessTokenSubject,
  type AmrOf,
} from './access-claims.ts';

export interface AccessTokens {
  /**
   * Checks that a token can be signed; call it before anything is used up for one.
   * @throws SERVICE_UNAVAILABLE if none can be signed.
   */
  requireSigning(): void;
  issue(subject: AccessTokenSubject, now: Date): Promise<{ token: string; expiresInSeconds: number }>;
  /**
   * Verifies a token.
   * @returns the claims of a genuine token, and whether it has expired; null if it is not one of ours: altered,
   * foreign, of another kind, or before its time.
   */
  verify(token: string, now: Date): Promise<VerifiedToken | null>;
  /** Answers at once for a token that was verified lately; `undefined` if `verify` has to be asked. */
  recall(token: string, now: Date): VerifiedToken | undefined;
}

export interface VerifiedToken {
  readonly claims: AccessClaims;
  readonly expired: boolean;
}

export interface AccessTokensDeps {
  readonly keys: SigningKeys;
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds: number;
  readonly amrOf: AmrOf;
}

const type = 'at+jwt';
const skewSeconds = 5;
/** Keeps jose from checking `exp` and `nbf`, which are checked on each use of the cached claims. */
const anyTime = Number.MAX_SAFE_INTEGER;
const cacheEntries = 10_000;
/** The last of a token's characters, by which it is found: a part of its signature, that is as good as random. */
const keyCharacters = 12;
/** Longer texts are refused unread. */
export const maxTokenCharacters = 8_192;

/** Issues and verifies access tokens: JWTs signed with a key of the database, its algorithm pinned by the key. */
export function createAccessTokens({ keys, issuer, audience, ttlSeconds, amrOf }: AccessTokensDeps): AccessTokens {
  // Spares the signature alone. Of the exact text; revocation is checked on every request, elsewhere.
  const verified = new Map<string, { token: string; claims: AccessClaims; kid: string }>();

  function remember(token: string, { claims, kid }: { claims: AccessClaims; kid: string }): void {
    if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');
    verified.set(keyOf(token), { token, claims, kid });
  }

  function recall(token: string, now: Date): VerifiedToken | undefined {
    const key = keyOf(token);
    const entry = verified.get(key);
    if (entry?.token !== token) return undefined;
    const found = keys.has(entry.kid) ? inTime(entry.claims, now) : null;
    if (found === null || found.expired) verified.delete(key);
    return found ?? undefined;
  }

  return {
    requireSigning: () => void keys.active(),

    async issue(subject, now) {
      const seconds = Math.floor(now.getTime() / 1000);
      const rest = subject.notAfter === null ? ttlSeconds : Math.floor(subject.notAfter.getTime() / 1000) - seconds;
      const lifetime = Math.min(ttlSeconds, rest);
      const key = keys.active();
      const token = await key.sign(
        { alg: key.algorithm, typ: type, kid: key.kid },
        {
          ...claimsOf(subject, amrOf),
          iss: issuer,
          aud: audience,
          sub: subjectOf(subject),
          jti: randomUUID(),
          iat: seconds,
          nbf: seconds,
          exp: seconds + lifetime,
        },
      );
      return { token, expiresInSeconds: lifetime };
    },

    recall,

    async verify(token, now) {
      const known = recall(token, now);
      if (known !== undefined) return known;
      const fresh = await verifySignature(token);
      if (fresh === null) return null;
      const found = inTime(fresh.claims, now);
      if (found?.expired === false) remember(token, fresh);
      return found;
    },
  };

  /** Verifies everything but the time, which is checked on each use. */
  async function verifySignature(token: string): Promise<{ claims: AccessClaims; kid: string } | null> {
    if (token.length > maxTokenCharacters || !isCanonical(token)) return null;
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
      if (claims === null || key === undefined) return null;
      // A lifetime that was made shorter binds what was issued before.
      const expiresAt = Math.min(claims.expiresAt, claims.issuedAt + ttlSeconds);
      return { claims: { ...claims, expiresAt }, kid: key.kid };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }
}

const keyOf = (token: string): string => token.slice(-keyCharacters);

/** Checks the times of a genuine token; null if it is before its time. */
function inTime(claims: AccessClaims, now: Date): VerifiedToken | null {
  const seconds = now.getTime() / 1000;
  if (claims.notBefore > seconds + skewSeconds) return null;
  return { claims, expired: claims.expiresAt <= seconds - skewSeconds };
}

/**
 * Returns whether a token is written in the one spelling of RFC 7515 §2, base64url without padding: jose ignores
 * padding and unused low bits, so that a token would have several texts.
 */
export const isCanonical = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
