import { compileRoles, type RoleTable } from '../authorization/roles.ts';
import { anyScopeCovers, scopeCovers } from '../authorization/scopes.ts';
import { AppError } from '../errors.ts';
import type { RightsOf } from '../request.ts';

/** Works out what a credential may do now, from its user's roles and what it was narrowed to. */
export function createRights(table: RoleTable): RightsOf {
  const { held, scopesOf } = compileRoles(table);
  const scopesOfAll = (roles: readonly string[]): string[] =>
    withoutCovered(roles.flatMap((role) => [...scopesOf(role)]));

  const rightsOf = (roles: readonly string[], ...narrowings: ReadonlyArray<readonly string[] | null>) => {
    const known = [...held(roles)];
    const scopes = scopesOfAll(known);
    const bounds = narrowings.filter((narrowing) => narrowing !== null);
    if (bounds.length === 0) return { roles: known, scopes };
    const narrowed = withoutCovered(bounds.reduce(intersect, scopes));
    // A role is more than its scopes where the schema asks for it by name, so part of a role is no role.
    const isWhole = (role: string): boolean => scopesOf(role).every((scope) => anyScopeCovers(narrowed, scope));
    return { roles: known.filter(isWhole), scopes: narrowed };
  };

  const narrow = (roles: readonly string[], requested: readonly string[]): string[] =>
    within(scopesOfAll([...held(roles)]), requested);

  const covers = (scopes: readonly string[], roles: readonly string[]): boolean =>
    scopesOfAll([...held(roles)]).every((scope) => anyScopeCovers(scopes, scope));

  return Object.assign(rightsOf, { narrow, covers, within });
}

function within(own: readonly string[], requested: readonly string[]): string[] {
  const beyond = requested.find((scope) => !anyScopeCovers(own, scope));
  if (beyond === undefined) return withoutCovered(requested);
  throw new AppError('FORBIDDEN', `The scope \`${beyond}\` goes beyond what you may do yourself.`, {
    oauthError: 'invalid_scope',
  });
}

/** What both lists cover. */
const intersect = (a: readonly string[], b: readonly string[]): string[] => [
  ...a.filter((scope) => anyScopeCovers(b, scope)),
  ...b.filter((scope) => anyScopeCovers(a, scope)),
];

/** Leaves out what another scope of the list covers already. */
function withoutCovered(scopes: readonly string[]): string[] {
  const distinct = [...new Set(scopes)];
  return distinct.filter((scope) => !distinct.some((other) => other !== scope && scopeCovers(other, scope)));
}
