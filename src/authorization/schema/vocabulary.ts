import type { Clause, SignedInKind } from '../requirement.ts';
import type { Roles } from '../roles.ts';
import { isWildcard, problemOfScope } from '../scopes.ts';

/** What the reader of a directive's arguments has to know. */
export interface Known {
  readonly roles: Roles;
  readonly namedPolicies: ReadonlySet<string>;
}

/** What a directive demands, or what is wrong with it. */
export type Reading = { readonly clause: Clause } | { readonly problem: string; readonly remedy: string };

type Args = Readonly<Record<string, unknown>>;
type Reader = (args: Args, known: Known) => Reading;

const KINDS: Readonly<Record<string, SignedInKind>> = { USER: 'user', API_KEY: 'apiKey', SERVICE: 'service' };

/** The directives that demand something of the principal. `@public` and `@can` are read where they stand. */
export const PRINCIPAL_DIRECTIVES: Readonly<Record<string, Reader>> = {
  auth: ({ kinds }) => {
    if (kinds === undefined || kinds === null) return { clause: { kind: 'authenticated', kinds: [] } };
    const named = asList(kinds).map((kind) => KINDS[String(kind)]);
    const known = named.filter((kind) => kind !== undefined);
    if (known.length === 0 || known.length < named.length)
      return mistake('it names no or unknown kinds of principal', 'Name USER, API_KEY or SERVICE, or drop `kinds`.');
    return { clause: { kind: 'authenticated', kinds: known } };
  },
  hasRole: ({ roles }, known) => {
    const named = asList(roles).map(String);
    const unknown = named.find((role) => !known.roles.names.includes(role));
    if (named.length === 0) return mistake('it names no role', 'Name at least one role.');
    if (unknown !== undefined)
      return mistake(`the role ${unknown} is unknown`, 'Add it to the role table or correct it.');
    return { clause: { kind: 'role', roles: named } };
  },
  hasScope: ({ scopes }, known) => readScopes(scopes, known),
  mfa: ({ maxAge = 900, ifEnrolled = false }) =>
    isAge(maxAge) ? { clause: { kind: 'mfa', maxAge, ifEnrolled: ifEnrolled === true } } : wrongAge,
  recentAuth: ({ maxAge = 900 }) => (isAge(maxAge) ? { clause: { kind: 'recentAuth', maxAge } } : wrongAge),
  network: ({ names }) => {
    const named = asList(names).map(String);
    if (named.length === 0 || named.some((name) => name.trim() === ''))
      return mistake('it names no network', 'Name at least one network.');
    return { clause: { kind: 'network', names: named } };
  },
};

/** Apollo Federation's directives of the same meaning, read when the host asks for it. */
export const FEDERATION_DIRECTIVES: Readonly<Record<string, Reader>> = {
  authenticated: () => ({ clause: { kind: 'authenticated', kinds: [] } }),
  requiresScopes: ({ scopes }, known) => readScopes(scopes, known),
  policy: ({ policies }, known) => {
    const anyOf = readAnyOfAll(policies);
    if (typeof anyOf === 'string') return mistake(anyOf.replaceAll('scope', 'policy'), SHAPE_REMEDY);
    const unknown = anyOf.flat().find((name) => !known.namedPolicies.has(name));
    if (unknown !== undefined) return mistake(`the policy ${unknown} is unknown`, 'Give it in `federation.policies`.');
    return { clause: { kind: 'named', anyOf } };
  },
};

const SHAPE_REMEDY = 'Write a list of lists: outer any of, inner all of.';
const wrongAge = mistake('its maxAge is no positive whole number of seconds', 'Give seconds from 1.');

function mistake(problem: string, remedy: string): { problem: string; remedy: string } {
  return { problem: `${problem}.`, remedy };
}

function isAge(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

/** GraphQL reads a single value as a list of one (§3.11 of the specification). */
function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function readScopes(scopes: unknown, known: Known): Reading {
  const anyOf = readAnyOfAll(scopes);
  if (typeof anyOf === 'string') return mistake(anyOf, SHAPE_REMEDY);
  for (const scope of anyOf.flat()) {
    const problem = problemOfScope(scope);
    if (problem !== undefined) return mistake(problem, 'Correct the scope.');
    if (isWildcard(scope))
      return mistake(`the scope ${scope} is a wildcard`, 'Require the scopes themselves; wildcards are granted.');
    if (!known.roles.knownScopes.has(scope))
      return mistake(`the scope ${scope} is unknown`, 'Add it to the role table or to `scopes`, or correct it.');
  }
  return { clause: { kind: 'scope', anyOf } };
}

/** A list of lists of text, or what is wrong with it. Two bare texts in one list could mean either "or" or "and". */
function readAnyOfAll(value: unknown): readonly (readonly string[])[] | string {
  const outer = asList(value);
  if (outer.length === 0) return 'it names no scope';
  if (outer.length > 1 && outer.some((inner) => !Array.isArray(inner))) return 'its flat list of scopes is ambiguous';
  const lists = outer.map((inner) => asList(inner));
  if (lists.some((inner) => inner.length === 0)) return 'a list of scopes is empty';
  if (lists.flat().some((item) => typeof item !== 'string')) return 'a scope is not text';
  return lists.map((inner) => inner.map(String));
}
