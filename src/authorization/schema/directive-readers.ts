import type { Clause, SignedInKind } from '../model/clause.ts';
import type { Roles } from '../model/compile-roles.ts';
import { isWildcard, problemOfScope } from '../model/scopes.ts';

/** The roles, scopes and policies that directives may name. */
export interface Known {
  readonly roles: Roles;
  readonly namedPolicies: ReadonlySet<string>;
  readonly rules: ReadonlySet<string>;
}

/** The clause that a directive demands, or the mistake in it. */
export type Reading = { readonly clause: Clause } | { readonly problem: string; readonly remedy: string };

type Args = Readonly<Record<string, unknown>>;
type Reader = (args: Args, known: Known) => Reading;

const principalKinds: Readonly<Record<string, SignedInKind>> = { USER: 'user', API_KEY: 'apiKey', SERVICE: 'service' };

/**
 * The directives that demand something of the principal, ours and Federation's, by the names under which the engine
 * knows them. `@public`, `@can` and `@positional` are read by the element reader.
 */
export const directiveReaders: Readonly<Record<string, Reader>> = {
  auth: ({ kinds }) => {
    if (kinds === undefined || kinds === null) return { clause: { kind: 'authenticated', kinds: [] } };
    const named = asList(kinds).map((kind) => principalKinds[String(kind)]);
    const known = named.filter((kind) => kind !== undefined);
    if (known.length === 0 || known.length < named.length)
      return mistake(
        'it names no kind of principal, or an unknown one',
        'Name USER, API_KEY or SERVICE, or leave out `kinds`.',
      );
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
    isAge(maxAge) ? { clause: { kind: 'mfa', maxAge, ifEnrolled: ifEnrolled === true } } : invalidAge,
  recentAuth: ({ maxAge = 900 }) => (isAge(maxAge) ? { clause: { kind: 'recentAuth', maxAge } } : invalidAge),
  network: ({ names }) => {
    const named = asList(names).map(String);
    if (named.length === 0 || named.some((name) => name.trim() === ''))
      return mistake('it names no network', 'Name at least one network.');
    return { clause: { kind: 'network', names: named } };
  },
  authenticated: () => ({ clause: { kind: 'authenticated', kinds: [] } }),
  requiresScopes: ({ scopes }, known) => readScopes(scopes, known, true),
  policy: ({ policies }, known) => {
    const anyOf = readAnyOfAll(policies);
    if (typeof anyOf === 'string') return mistake(anyOf.replaceAll('scope', 'policy'), shapeRemedy);
    const unknown = anyOf.flat().find((name) => !known.namedPolicies.has(name));
    if (unknown !== undefined) return mistake(`the policy ${unknown} is unknown`, 'Give it in `federation.policies`.');
    return { clause: { kind: 'named', anyOf } };
  },
  access: ({ anyOf }, known) => {
    const alternatives = asList(anyOf);
    if (alternatives.length === 0) return mistake('it names no alternative', 'Name at least one.');
    const read = alternatives.map((alternative) => readAlternative(alternative, known));
    const wrong = read.find((one) => 'problem' in one);
    if (wrong !== undefined) return wrong;
    return { clause: { kind: 'alternatives', anyOf: read.flatMap((one) => ('clauses' in one ? [one.clauses] : [])) } };
  },
};

type Alternative = { readonly clauses: readonly Clause[] } | { readonly problem: string; readonly remedy: string };

/** The keys that an alternative of `@access` may have. A list of scopes means all of them. */
const alternativeReaders: Readonly<Record<string, (value: unknown, known: Known) => Reading | undefined>> = {
  roles: (roles, known) => directiveReaders['hasRole']?.({ roles }, known),
  scopes: (scopes, known) => readScopes([asList(scopes)], known),
  kinds: (kinds, known) => directiveReaders['auth']?.({ kinds }, known),
  networks: (names, known) => directiveReaders['network']?.({ names }, known),
  rule: (rule, { rules }) =>
    typeof rule === 'string' && rules.has(rule)
      ? { clause: { kind: 'rule', name: rule } }
      : mistake(`the rule ${String(rule)} is unknown`, 'Give it in `rules`, or correct it.'),
};

function readAlternative(alternative: unknown, known: Known): Alternative {
  if (typeof alternative !== 'object' || alternative === null)
    return mistake('an alternative is no object', shapeRemedy);
  const entries = Object.entries(alternative).filter(([, value]) => value !== null);
  if (entries.length === 0) return mistake('an alternative requires nothing', 'Name what it requires.');
  const clauses: Clause[] = [];
  for (const [name, value] of entries) {
    const reading = alternativeReaders[name]?.(value, known);
    if (reading === undefined) return mistake(`an alternative has no ${name}`, 'Correct or drop it.');
    if ('problem' in reading) return reading;
    clauses.push(reading.clause);
  }
  return { clauses };
}

const shapeRemedy = 'Write a list of lists: outer any of, inner all of.';
const invalidAge = mistake('its maxAge is not a whole number of seconds above 0', 'Give whole seconds, at least 1.');

function mistake(problem: string, remedy: string): { problem: string; remedy: string } {
  return { problem: `${problem}.`, remedy };
}

function isAge(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

/** Reads a single value as a list of one, as GraphQL does (specification §3.11). */
function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** @param isExact Federation compares scopes whole; ours cover what lies below them */
function readScopes(scopes: unknown, known: Known, isExact = false): Reading {
  const anyOf = readAnyOfAll(scopes);
  if (typeof anyOf === 'string') return mistake(anyOf, shapeRemedy);
  for (const scope of anyOf.flat()) {
    const problem = problemOfScope(scope);
    if (problem !== undefined) return mistake(problem, 'Correct the scope.');
    if (isWildcard(scope))
      return mistake(`the scope ${scope} is a wildcard`, 'Require the scopes themselves; wildcards are granted.');
    if (!known.roles.knownScopes.has(scope))
      return mistake(`the scope ${scope} is unknown`, 'Add it to the role table or to `scopes`, or correct it.');
  }
  return { clause: { kind: 'scope', anyOf, isExact } };
}

/**
 * Reads a list of lists of text, or returns the mistake. Two bare texts in one list could mean "or" as well as "and".
 */
function readAnyOfAll(value: unknown): readonly (readonly string[])[] | string {
  const outer = asList(value);
  if (outer.length === 0) return 'it names no scope';
  if (outer.length > 1 && outer.some((inner) => !Array.isArray(inner))) return 'its flat list of scopes is ambiguous';
  const lists = outer.map((inner) => asList(inner));
  if (lists.some((inner) => inner.length === 0)) return 'a list of scopes is empty';
  if (lists.flat().some((item) => typeof item !== 'string')) return 'a scope is not text';
  return lists.map((inner) => inner.map(String));
}
