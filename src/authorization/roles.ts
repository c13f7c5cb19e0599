import type { Offence } from './errors.ts';
import { isWildcard, problemOfScope } from './scopes.ts';

export interface Role {
  readonly includes?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** `{ EDITOR: { includes: ['VIEWER'], scopes: ['articles:write'] }, … }` */
export type RoleTable = Readonly<Record<string, Role>>;

/** The role table, closed over its inclusions. */
export interface Roles {
  readonly names: readonly string[];
  /** The given roles and all that they include; unknown names are ignored (a token may bear roles of yesterday). */
  readonly held: (roles: readonly string[]) => ReadonlySet<string>;
  readonly scopesOf: (role: string) => readonly string[];
  readonly knownScopes: ReadonlySet<string>;
}

export function compileRoles(table: RoleTable, furtherScopes: readonly string[] = []): Roles {
  const names = Object.keys(table);
  const closures = new Map(names.map((name) => [name, closure(table, name)]));
  const held = (roles: readonly string[]) => new Set(roles.flatMap((role) => [...(closures.get(role) ?? [])]));
  const scopesOf = (role: string) => [...new Set([...held([role])].flatMap((name) => table[name]?.scopes ?? []))];
  const listed = names.flatMap((name) => table[name]?.scopes ?? []);
  const knownScopes = new Set([...listed, ...furtherScopes].filter((scope) => !isWildcard(scope)));
  return { names, held, scopesOf, knownScopes };
}

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

/** The mistakes of a role table: unknown or circular inclusions, and scopes that are no scopes. */
export function offencesOfRoles(table: RoleTable, furtherScopes: readonly string[] = []): Offence[] {
  return [
    ...Object.keys(table).flatMap((name) => offencesOfRole(table, name)),
    ...furtherScopes.flatMap((scope) => offenceOfScope('options.scopes', scope)),
  ];
}

function offencesOfRole(table: RoleTable, name: string): Offence[] {
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
    ...(table[name]?.scopes ?? []).flatMap((scope) => offenceOfScope(coordinate, scope)),
  ];
}

function offenceOfScope(coordinate: string, scope: unknown): Offence[] {
  const problem = problemOfScope(scope);
  return problem === undefined ? [] : [{ coordinate, problem: `${problem}.`, remedy: 'Correct the scope.' }];
}
