import { anyScopeCovers, compileRoles, scopeCovers, type RoleTable } from '../authorization/index.ts';
import { AppError } from '../errors.ts';
import type { Rights, RightsOf } from '../request/rights.ts';

/** Works out what a credential may do now, from its user's roles and what it was narrowed to. */
export function createRights(table: RoleTable): RightsOf {
  const { held, names, scopesOf } = compileRoles(table);
  const scopesOfAll = (roles: readonly string[]): string[] =>
    withoutCovered(roles.flatMap((role) => [...scopesOf(role)]));

  const whole = (roles: readonly string[]): Rights => {
    const known = [...held(roles)];
    return { roles: known, scopes: scopesOfAll(known), isNarrowed: false };
  };
  // Most credentials are those of a user with one role, and whole: their rights are worked out once, for all.
  const ofOneRole = new Map(names.map((role) => [role, frozen(whole([role]))]));

  const rightsOf = (roles: readonly string[], ...narrowings: ReadonlyArray<readonly string[] | null>): Rights => {
    const [first = '', ...others] = roles;
    const ofRoles = (others.length === 0 ? ofOneRole.get(first) : undefined) ?? whole(roles);
    const bounds = narrowings.filter((narrowing) => narrowing !== null);
    if (bounds.length === 0) return ofRoles;
    const { roles: known, scopes } = ofRoles;
    const narrowed = withoutCovered(bounds.reduce(intersect, scopes));
    // A role is more than its scopes if the schema asks for it by name, so part of a role is no role; and no scopes cover
    // a role that has none.
    const isWhole = (role: string): boolean => {
      const scopesOfRole = [...scopesOf(role)];
      return scopesOfRole.length > 0 && scopesOfRole.every((scope) => anyScopeCovers(narrowed, scope));
    };
    const wholeRoles = known.filter(isWhole);
    // Without a role there is nothing that the scopes could cover whole: what the user owns is beyond them.
    const isNarrowed = known.length === 0 || wholeRoles.length < known.length;
    return { roles: wholeRoles, scopes: narrowed, isNarrowed };
  };

  const narrow = (roles: readonly string[], requested: readonly string[]): string[] =>
    within(scopesOfAll([...held(roles)]), requested);

  const covers = (scopes: readonly string[], roles: readonly string[]): boolean =>
    scopesOfAll([...held(roles)]).every((scope) => anyScopeCovers(scopes, scope));

  return Object.assign(rightsOf, { narrow, covers, within });
}

const frozen = ({ roles, scopes, isNarrowed }: Rights): Rights =>
  Object.freeze({ roles: Object.freeze([...roles]), scopes: Object.freeze([...scopes]), isNarrowed });

function within(own: readonly string[], requested: readonly string[]): string[] {
  const beyond = requested.find((scope) => !anyScopeCovers(own, scope));
  if (beyond === undefined) return withoutCovered(requested);
  throw new AppError('FORBIDDEN', `You do not have the scope \`${beyond}\` yourself: ask for scopes that you have.`, {
    oauthError: 'invalid_scope',
  });
}

/** Returns the scopes that both lists cover. */
const intersect = (a: readonly string[], b: readonly string[]): string[] => [
  ...a.filter((scope) => anyScopeCovers(b, scope)),
  ...b.filter((scope) => anyScopeCovers(a, scope)),
];

/** Leaves out what another scope of the list covers already. */
function withoutCovered(scopes: readonly string[]): string[] {
  const distinct = [...new Set(scopes)];
  return distinct.filter((scope) => !distinct.some((other) => other !== scope && scopeCovers(other, scope)));
}
