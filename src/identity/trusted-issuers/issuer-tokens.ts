import type { KeyObject } from 'node:crypto';
import type { PrincipalAttributes } from '../../authorization/index.ts';
import type { TrustedIssuer } from '../../config/parse-trusted-issuers.ts';
import type { Rights } from '../../request/rights.ts';
import { isEmail, normaliseEmail } from '../../users/email.ts';
import { claimAt } from './claim-path.ts';
import { createIssuerKeys, type IssuerKeys, type IssuerKeysDeps } from './issuer-keys.ts';
import { attributesOf, rightsOfClaims, type IssuerRightsDeps } from './issuer-rights.ts';
import { issuedId } from './subject-id.ts';
import {
  isOver,
  isToCome,
  readUnverified,
  requireAudience,
  TokenRefusal,
  verifyJws,
  type JsonObject,
  type VerifiedJws,
} from './verify-jws.ts';

/** A trusted issuer with its keys. */
export interface IssuerWithKeys {
  readonly issuer: TrustedIssuer;
  readonly keys: IssuerKeys;
}

/** The claims of a genuine token. */
export interface IssuedToken {
  readonly issuer: TrustedIssuer;
  /** The id of the subject here, which no other issuer's subject has. */
  readonly subjectId: string;
  /** The id of the issuer's session; for a token that names none, that of all such tokens of the subject. */
  readonly sessionId: string;
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
  readonly rights: Rights;
  readonly attributes: PrincipalAttributes;
  /** Normalised; null unless the issuer says that it has verified it. */
  readonly verifiedEmail: string | null;
  readonly displayName: string | null;
}

export interface IssuerTokens {
  /** Finds the issuer that a token names; null if it is none that is trusted. */
  issuerOf(token: string): IssuerWithKeys | null;
  /**
   * Verifies a token of an issuer.
   * @throws TokenRefusal if it is not genuine, or not meant for us; SERVICE_UNAVAILABLE if the keys are not known.
   */
  verify(token: string, issuer: IssuerWithKeys, now: Date): Promise<IssuedToken>;
}

export interface IssuerTokensDeps extends IssuerKeysDeps, IssuerRightsDeps {
  readonly trustedIssuers: readonly TrustedIssuer[];
}

const cacheEntries = 10_000;
/** OpenID Connect Core §2. */
const maxSubject = 255;
const types = ['jwt', 'at+jwt', undefined];

/** Verifies the tokens of trusted issuers; the signature of a text that was seen before is not verified again. */
export function createIssuerTokens({ trustedIssuers, ...deps }: IssuerTokensDeps): IssuerTokens {
  const byName = new Map(
    trustedIssuers.map((issuer) => [issuer.issuer, { issuer, keys: createIssuerKeys(issuer, deps) }]),
  );
  const verified = new Map<string, { readonly token: IssuedToken; readonly key: KeyObject }>();

  function remember(text: string, token: IssuedToken, key: KeyObject): void {
    if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');
    verified.set(text, { token, key });
  }

  async function read(text: string, { issuer, keys }: IssuerWithKeys, now: Date): Promise<IssuedToken> {
    const entry = verified.get(text);
    if (entry !== undefined && keys.has(entry.key)) return entry.token;
    verified.delete(text);
    const jws = await verifyJws(text, { keys, types, now });
    const token = tokenOf(jws, issuer, deps);
    remember(text, token, jws.key);
    return token;
  }

  return {
    issuerOf(text) {
      const entry = verified.get(text);
      const name = entry === undefined ? readUnverified(text)?.claims['iss'] : entry.token.issuer.issuer;
      return typeof name === 'string' ? (byName.get(name) ?? null) : null;
    },
    async verify(text, issuer, now) {
      const token = await read(text, issuer, now);
      if (isToCome(token.notBefore, now)) throw new TokenRefusal('time');
      if (!isOver(token.expiresAt, now)) return token;
      verified.delete(text);
      throw new TokenRefusal('expired');
    },
  };
}

function tokenOf(jws: VerifiedJws, issuer: TrustedIssuer, deps: IssuerRightsDeps): IssuedToken {
  const { claims, issuedAt, notBefore, expiresAt } = jws;
  requireAudience(claims, issuer.audienceClaim, issuer.audience);
  requireKind(claims, issuer);
  const { sub } = claims;
  if (typeof sub !== 'string' || sub === '' || sub.length > maxSubject) throw new TokenRefusal('subject');
  return {
    issuer,
    subjectId: issuedId(issuer.issuer, 'subject', sub),
    sessionId: sessionIdOf(claims, issuer, sub),
    issuedAt,
    notBefore,
    expiresAt,
    rights: rightsOfClaims(claims, issuer, deps),
    attributes: attributesOf(claims, issuer),
    verifiedEmail: verifiedEmailOf(claims),
    displayName: typeof claims['name'] === 'string' ? claims['name'] : null,
  };
}

/** Refuses other tokens of the issuer: logout tokens, and what the preset tells apart, such as ID tokens. */
function requireKind(claims: JsonObject, { demands }: TrustedIssuer): void {
  if ('events' in claims) throw new TokenRefusal('kind');
  const isKind = Object.entries(demands).every(([path, values]) => {
    const value = claimAt(claims, path) ?? null;
    return values.some((accepted) => accepted === value);
  });
  if (!isKind) throw new TokenRefusal('kind');
}

function sessionIdOf(claims: JsonObject, { issuer, claims: { session } }: TrustedIssuer, subject: string): string {
  const named = claimAt(claims, session);
  return typeof named === 'string' && named !== ''
    ? issuedId(issuer, 'session', named)
    : issuedId(issuer, 'subject-without-session', subject);
}

function verifiedEmailOf({ email, email_verified: isVerified }: JsonObject): string | null {
  const normalised = isVerified === true && typeof email === 'string' ? normaliseEmail(email) : '';
  return isEmail(normalised) ? normalised : null;
}
