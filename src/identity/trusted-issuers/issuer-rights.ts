import type { PrincipalAttributes } from '../../authorization/index.ts';
import type { TrustedIssuer } from '../../config/parse-trusted-issuers.ts';
import type { Rights, RightsOf } from '../../request/rights.ts';
import { claimAt, textsAt } from './claim-path.ts';

export interface IssuerRightsDeps {
  readonly rightsOf: RightsOf;
  readonly knownScopes: ReadonlySet<string>;
}

/**
 * Returns the rights of a token: what the mapping makes of its claims, and without a mapping none. Scopes that grant are
 * what a program was let do for its user: it is not the user with all the user's rights.
 */
export function rightsOfClaims(claims: object, issuer: TrustedIssuer, deps: IssuerRightsDeps): Rights {
  const scopes = scopesOf(claims, issuer);
  if (issuer.scopesGrant) {
    return { roles: [], scopes: (scopes ?? []).filter((scope) => deps.knownScopes.has(scope)), isNarrowed: true };
  }
  return deps.rightsOf([...issuer.defaultRoles, ...rolesOf(claims, issuer)], scopes);
}

function rolesOf(claims: object, { claims: { roles: path }, roleMap }: TrustedIssuer): readonly string[] {
  const named = path === null ? [] : (textsAt(claims, path) ?? []);
  if (roleMap === null) return named;
  return named.flatMap((role) => (Object.hasOwn(roleMap, role) ? (roleMap[role] ?? []) : []));
}

/** Reads scopes from a list, or a text with blanks between (RFC 8693 §4.2); null if the token has none. */
function scopesOf(claims: object, { claims: { scopes: path } }: TrustedIssuer): readonly string[] | null {
  const named = path === null ? null : textsAt(claims, path);
  return named?.flatMap((text) => text.split(' ').filter((scope) => scope !== '')) ?? null;
}

/** Returns the claims that policies may use; what is neither a scalar nor a list of scalars is left out. */
export function attributesOf(claims: object, { claims: { attributes } }: TrustedIssuer): PrincipalAttributes {
  const found = Object.entries(attributes).map(([name, path]) => [name, claimAt(claims, path)] as const);
  return Object.fromEntries(found.filter(([, value]) => [value].flat().every(isScalar))) as PrincipalAttributes;
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
