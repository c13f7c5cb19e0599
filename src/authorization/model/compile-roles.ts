import type { SchemaProblem } from './access-errors.ts';
import { isWildcard, problemOfScope } from './scopes.ts';

/** A role: the roles that it includes, and the scopes that it grants. */
export interface Role {
  readonly includes?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** The roles by name: `{ EDITOR: { includes: ['VIEWER'], scopes: ['articles:write'] }, … }`. */
export type RoleTable = Readonly<Record<string, Role>>;

/** The role table with all inclusions worked out. Returned by `compileRoles`. */
export interface Roles {
  readonly names: readonly string[];
  /**
   * Returns the given roles and all that they include. Unknown names are ignored: a token may be older than the table.
   */
  readonly held: (roles: readonly string[]) => ReadonlySet<string>;
  /** Returns the scopes of a role and of all that it includes. */
  readonly scopesOf: (role: string) => readonly string[];
  /** All scopes that exist, wildcards apart. */
  readonly knownScopes: ReadonlySet<string>;
}

/**
 * Works out what each role of a table includes and which scopes it grants. It does not check the table: `guardSchema`
 * and `bindPolicies` report its mistakes.
 *
 * @param furtherScopes scopes that exist although no role of the table grants them by name
 * @example
 * const { held, scopesOf } = compileRoles({ VIEWER: { scopes: ['a:read'] }, EDITOR: { includes: ['VIEWER'] } });
 * held(['EDITOR']); // Set { 'EDITOR', 'VIEWER' }
 * scopesOf('EDITOR'); // ['a:read']
 */
export function compileRoles(table: RoleTable, furtherScopes: readonly string[] = []): Roles {
  const names = Object.keys(table);
  const closures = new Map(names.map((name) => [name, closure(table, name)]));
  const closureOf = (role: string) => closures.get(role) ?? none;
  // Hosts that freeze lists of roles share them among principals. Any other list may change.
  const ofFrozen = new WeakMap<readonly string[], ReadonlySet<string>>();
  const held = (roles: readonly string[]) => {
    const known = ofFrozen.get(roles);
    if (known !== undefined) return known;
    const [first = '', ...others] = roles;
    const all = others.length === 0 ? closureOf(first) : new Set(roles.flatMap((role) => [...closureOf(role)]));
    if (Object.isFrozen(roles)) ofFrozen.set(roles, all);
    return all;
  };
  const scopesOf = (role: string) => [...new Set([...held([role])].flatMap((name) => table[name]?.scopes ?? []))];
  const listed = names.flatMap((name) => table[name]?.scopes ?? []);
  const knownScopes = new Set([...listed, ...furtherScopes].filter((scope) => !isWildcard(scope)));
  return { names, held, scopesOf, knownScopes };
}

const none: ReadonlySet<string> = new Set();

function closure(table: RoleTable, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name) || !Object.hasOwn(table, name)) continue;
    reached.add(name);
    open.push(...(table[name]?.includes ?? []));
  }
  return reached;
}

/** Lists the mistakes of a role table: unknown or circular inclusions, and malformed scopes. */
export function problemsOfRoles(table: RoleTable, furtherScopes: readonly string[] = []): SchemaProblem[] {
  return [
    ...Object.keys(table).flatMap((name) => problemsOfRole(table, name)),
    ...furtherScopes.flatMap((scope) => problemsOfScope('options.scopes', scope)),
  ];
}

function problemsOfRole(table: RoleTable, name: string): SchemaProblem[] {
  const coordinate = `roles.${name}`;
  const includes = table[name]?.includes ?? [];
  const unknown = includes.filter((role) => !Object.hasOwn(table, role));
  const isCircular = includes.some((role) => closure(table, role).has(name));
  return [
    ...unknown.map((role) => ({
      coordinate,
      problem: `it includes the unknown role ${role}.`,
      remedy: 'Add that role to the table or drop it.',
    })),
    ...(isCircular
      ? [{ coordinate, problem: 'it includes itself, directly or by others.', remedy: 'Break the cycle.' }]
      : []),
    ...(table[name]?.scopes ?? []).flatMap((scope) => problemsOfScope(coordinate, scope)),
  ];
}

function problemsOfScope(coordinate: string, scope: unknown): SchemaProblem[] {
  const problem = problemOfScope(scope);
  return problem === undefined ? [] : [{ coordinate, problem: `${problem}.`, remedy: 'Correct the scope.' }];
}
