import { compactVerify, errors } from 'jose';
import type { KeyObject } from 'node:crypto';
import type { TrustedIssuer } from '../../config/parse-trusted-issuers.ts';
import { isCanonical, maxTokenCharacters } from '../sessions/access-token.ts';
import { claimAt } from './claim-path.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** Why a token of a trusted issuer is refused; recorded, and never told to the caller. */
export type TokenProblem =
  | 'malformed'
  | 'issuer'
  | 'type'
  | 'algorithm'
  | 'unknown_key'
  | 'signature'
  | 'audience'
  | 'time'
  | 'lifetime'
  | 'subject'
  | 'kind'
  | 'expired'
  | 'disabled'
  | 'logged_out';

export class TokenRefusal extends Error {
  readonly problem: TokenProblem;

  constructor(problem: TokenProblem) {
    super(`The token is refused: ${problem}.`);
    this.problem = problem;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A token whose signature is the issuer's; nothing that it says about its use has been looked at, but its times. */
export interface VerifiedJws {
  readonly claims: JsonObject;
  readonly key: KeyObject;
  /** Seconds since 1970, as the other moments. */
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** The difference allowed between the clocks of an issuer and ours. */
export const skewSeconds = 30;
export const maxLifetimeSeconds = 86_400;

/** Reads the part of a token that names its issuer, unverified; null for a text that is no token. */
export function readUnverified(token: string): { readonly header: JsonObject; readonly claims: JsonObject } | null {
  if (token.length > maxTokenCharacters) return null;
  const parts = token.split('.');
  const [header, claims] = parts.slice(0, 2).map(parseObject);
  return parts.length === 3 && header != null && claims != null ? { header, claims } : null;
}

function parseObject(part: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/**
 * Verifies the signature of a token by a key of its issuer alone, with an algorithm that is pinned for it (RFC 8725
 * §3.1). Header members that bring or point to a key are never followed.
 * @throws TokenRefusal for a token that is not genuine; SERVICE_UNAVAILABLE if the issuer's keys are not known.
 */
export async function verifyJws(
  token: string,
  { keys, types, now }: { readonly keys: IssuerKeys; readonly types: readonly unknown[]; readonly now: Date },
): Promise<VerifiedJws> {
  const read = readUnverified(token);
  if (read === null || !isCanonical(token)) throw new TokenRefusal('malformed');
  const { alg, kid, typ, crit } = read.header;
  if (crit !== undefined || (kid !== undefined && typeof kid !== 'string')) throw new TokenRefusal('malformed');
  if (!types.includes(typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ))
    throw new TokenRefusal('type');
  if (typeof alg !== 'string' || !keys.algorithms.includes(alg)) throw new TokenRefusal('algorithm');
  const key = await keys.find({ kid, algorithm: alg }, now);
  if (key === null) throw new TokenRefusal('unknown_key');
  await requireSignature(token, key, alg);
  return { claims: read.claims, key, ...timesOf(read.claims) };
}

async function requireSignature(token: string, key: KeyObject, algorithm: string): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw new TokenRefusal('signature');
    throw error;
  }
}

function timesOf({ iat, nbf, exp }: JsonObject): Pick<VerifiedJws, 'issuedAt' | 'notBefore' | 'expiresAt'> {
  if (!isWhole(iat) || !isWhole(exp) || (nbf !== undefined && !isWhole(nbf))) throw new TokenRefusal('malformed');
  if (exp <= iat || exp - iat > maxLifetimeSeconds) throw new TokenRefusal('lifetime');
  return { issuedAt: iat, notBefore: Math.max(iat, nbf ?? iat), expiresAt: exp };
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** Returns whether a moment of an issuer's clock is still to come by ours. */
export const isToCome = (seconds: number, now: Date): boolean => seconds > now.getTime() / 1000 + skewSeconds;

export const isOver = (seconds: number, now: Date): boolean => seconds <= now.getTime() / 1000 - skewSeconds;

/** Requires that a claim names one of the accepted audiences (RFC 7519 §4.1.3). */
export function requireAudience(claims: JsonObject, claim: string, accepted: TrustedIssuer['audience']): void {
  const named = [claimAt(claims, claim)].flat();
  if (!named.some((one) => typeof one === 'string' && accepted.includes(one))) throw new TokenRefusal('audience');
}
