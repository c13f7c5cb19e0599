import type { DenialCode } from './errors.ts';
import type { NamedPolicy } from './options.ts';
import type { Principal, SignedInPrincipal } from './principal.ts';
import { anyScopeCovers } from './scopes.ts';

export type SignedInKind = SignedInPrincipal['kind'];

/** What one directive demands of the principal: any of its alternatives. A requirement is a list: all of them. */
export type Clause =
  | { readonly kind: 'authenticated'; readonly kinds: readonly SignedInKind[] }
  | { readonly kind: 'role'; readonly roles: readonly string[] }
  | { readonly kind: 'scope'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'mfa'; readonly maxAge: number; readonly ifEnrolled: boolean }
  | { readonly kind: 'recentAuth'; readonly maxAge: number }
  | { readonly kind: 'network'; readonly names: readonly string[] }
  | { readonly kind: 'named'; readonly anyOf: readonly (readonly string[])[] };

export interface Requirement {
  readonly clauses: readonly Clause[];
  readonly text: string;
}

/** Allow, or deny with code and reason. The reason is for operators and explanations, never for the client. */
export type Decision =
  { readonly allowed: true } | { readonly allowed: false; readonly code: DenialCode; readonly reason: string };

/** What is known about a principal while it is judged. */
export interface Standing {
  readonly principal: Principal;
  readonly roles: ReadonlySet<string>;
  /** Seconds since 1970. */
  readonly now: number;
  readonly namedPolicies: Readonly<Record<string, NamedPolicy>>;
}

type ClauseOf<Kind extends Clause['kind']> = Extract<Clause, { kind: Kind }>;

/** One row for each kind of clause: whether it holds, and how it reads. */
type ClauseTable = {
  readonly [Kind in Clause['kind']]: {
    readonly holds: (clause: ClauseOf<Kind>, standing: Standing) => boolean;
    readonly text: (clause: ClauseOf<Kind>) => string;
  };
};

/** Clocks of two nodes may differ a little; a proof from further ahead is none. */
const SKEW_SECONDS = 60;

function isRecent(time: number | null | undefined, maxAge: number, now: number): boolean {
  return typeof time === 'number' && now - time <= maxAge && time - now <= SKEW_SECONDS;
}

const anyOfAllText = (anyOf: readonly (readonly string[])[]) => anyOf.map((all) => all.join(' and ')).join(', or ');

const CLAUSES: ClauseTable = {
  authenticated: {
    holds: ({ kinds }, { principal }) =>
      principal.kind !== 'anonymous' && (kinds.length === 0 || kinds.includes(principal.kind)),
    text: ({ kinds }) => (kinds.length === 0 ? 'signed in' : `signed in as ${kinds.join(' or ')}`),
  },
  role: {
    holds: ({ roles }, standing) => roles.some((role) => standing.roles.has(role)),
    text: ({ roles }) => `role ${roles.join(' or ')}`,
  },
  scope: {
    holds: ({ anyOf }, { principal }) =>
      principal.kind !== 'anonymous' &&
      anyOf.some((all) => all.length > 0 && all.every((scope) => anyScopeCovers(principal.scopes, scope))),
    text: ({ anyOf }) => `scope ${anyOfAllText(anyOf)}`,
  },
  mfa: {
    holds: ({ maxAge, ifEnrolled }, { principal, now }) =>
      principal.kind !== 'anonymous' &&
      ((ifEnrolled && principal.hasFactor !== true) || isRecent(principal.mfaAt, maxAge, now)),
    text: ({ maxAge, ifEnrolled }) => `second factor within ${maxAge} s${ifEnrolled ? ', if enrolled' : ''}`,
  },
  recentAuth: {
    holds: ({ maxAge }, { principal, now }) =>
      principal.kind !== 'anonymous' && isRecent(principal.authTime, maxAge, now),
    text: ({ maxAge }) => `sign-in within ${maxAge} s`,
  },
  network: {
    holds: ({ names }, { principal }) => names.some((name) => principal.networks?.includes(name)),
    text: ({ names }) => `network ${names.join(' or ')}`,
  },
  named: {
    holds: ({ anyOf }, standing) =>
      anyOf.some((all) => all.length > 0 && all.every((name) => standing.namedPolicies[name]?.(standing.principal))),
    text: ({ anyOf }) => `policy ${anyOfAllText(anyOf)}`,
  },
};

export function clauseHolds<Kind extends Clause['kind']>(clause: ClauseOf<Kind>, standing: Standing): boolean {
  const kind: Kind = clause.kind;
  return CLAUSES[kind].holds(clause, standing);
}

export function clauseText<Kind extends Clause['kind']>(clause: ClauseOf<Kind>): string {
  const kind: Kind = clause.kind;
  return CLAUSES[kind].text(clause);
}

/** What a second factor or another sign-in would mend, and nothing else would. */
function isRecency(clause: Clause): boolean {
  return clause.kind === 'mfa' || clause.kind === 'recentAuth';
}

const ALLOWED: Decision = Object.freeze({ allowed: true });

/** All clauses must hold. Who lacks recency alone is told how to mend it; anonymous is told to sign in. */
export function decide({ clauses }: Requirement, standing: Standing): Decision {
  const failed = clauses.filter((clause) => !clauseHolds(clause, standing));
  if (failed.length === 0) return ALLOWED;
  return { allowed: false, code: denialCode(failed, standing.principal), reason: failed.map(clauseText).join('; ') };
}

function denialCode(failed: readonly Clause[], principal: Principal): DenialCode {
  if (principal.kind === 'anonymous') return 'UNAUTHENTICATED';
  if (!failed.every(isRecency)) return 'FORBIDDEN';
  return principal.hasFactor === true ? 'MFA_REQUIRED' : 'REAUTHENTICATION_REQUIRED';
}
