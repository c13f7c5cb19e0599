import type { DenialCode, Sufficient } from './access-errors.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { isTrue } from './maybe-promise.ts';
import type { SignedInPrincipal } from './principal.ts';
import { anyScopeCovers } from './scopes.ts';

export type SignedInKind = SignedInPrincipal['kind'];

/**
 * The demand of one directive on the principal: any of its alternatives. Ages are seconds; lists of lists read "any of
 * the outer, all of the inner". With `isExact` a scope covers itself alone, as in Apollo Federation.
 */
export type Clause =
  | { readonly kind: 'authenticated'; readonly kinds: readonly SignedInKind[] }
  | { readonly kind: 'role'; readonly roles: readonly string[] }
  | { readonly kind: 'scope'; readonly anyOf: readonly (readonly string[])[]; readonly isExact: boolean }
  | { readonly kind: 'mfa'; readonly maxAge: number; readonly ifEnrolled: boolean }
  | { readonly kind: 'recentAuth'; readonly maxAge: number }
  | { readonly kind: 'network'; readonly names: readonly string[] }
  | { readonly kind: 'named'; readonly anyOf: readonly (readonly string[])[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'alternatives'; readonly anyOf: readonly (readonly Clause[])[] };

type ClauseOf<Kind extends Clause['kind']> = Extract<Clause, { kind: Kind }>;

/** All that is known of one kind of clause. */
interface ClauseKind<Of extends Clause> {
  readonly isMet: (clause: Of, context: EvaluationContext) => boolean;
  /** Says what the clause demands, in words for operators and the access matrix. */
  readonly text: (clause: Of) => string;
  /**
   * Tells whether the principal's credential could ever meet the clause: what hangs on the moment or the network may
   * change without another credential.
   */
  readonly isReachable: (clause: Of, context: EvaluationContext) => boolean;
  /** The alternatives of which each would meet the clause; none if a client can do nothing about it. */
  readonly suffices: (clause: Of) => readonly Sufficient[];
  /** Returns the code with which a signed-in principal is refused that lacks this clause alone. */
  readonly code: (context: EvaluationContext) => DenialCode;
}

/** The one table of the kinds of clause: a new kind compiles when every use of clauses knows it. */
type ClauseKinds = { readonly [Kind in Clause['kind']]: ClauseKind<ClauseOf<Kind>> };

/** The clocks of two nodes may differ a little; a proof from further ahead than this is none. */
const skewSeconds = 60;

function isRecent(time: number | null | undefined, maxAge: number, now: number): boolean {
  return typeof time === 'number' && now - time <= maxAge && time - now <= skewSeconds;
}

const anyOfAllText = (anyOf: readonly (readonly string[])[]) => anyOf.map((all) => all.join(' and ')).join(', or ');
const forbidden = (): DenialCode => 'FORBIDDEN';
/** Another sign-in must bring the second factor along if the account has one. */
const signInAgain = ({ principal }: EvaluationContext): DenialCode =>
  principal.kind !== 'anonymous' && principal.hasFactor === true ? 'MFA_REQUIRED' : 'REAUTHENTICATION_REQUIRED';

function isAuthenticated({ kinds }: ClauseOf<'authenticated'>, { principal }: EvaluationContext): boolean {
  return principal.kind !== 'anonymous' && (kinds.length === 0 || kinds.includes(principal.kind));
}

function hasRole({ roles }: ClauseOf<'role'>, context: EvaluationContext): boolean {
  return roles.some((role) => context.roles.has(role));
}

function hasScopes({ anyOf, isExact }: ClauseOf<'scope'>, { scopes }: EvaluationContext): boolean {
  const covers = (scope: string): boolean => (isExact ? scopes.includes(scope) : anyScopeCovers(scopes, scope));
  return anyOf.some((all) => all.length > 0 && all.every(covers));
}

function meetsNamedPolicies({ anyOf }: ClauseOf<'named'>, { namedPolicies, principal }: EvaluationContext): boolean {
  const allows = (name: string): boolean => isTrue(namedPolicies[name]?.(principal), `The policy ${name}`);
  return anyOf.some((all) => all.length > 0 && all.every(allows));
}

const clauseKinds: ClauseKinds = {
  authenticated: {
    isMet: isAuthenticated,
    text: ({ kinds }) => (kinds.length === 0 ? 'signed in' : `signed in as ${kinds.join(' or ')}`),
    isReachable: isAuthenticated,
    suffices: ({ kinds }) => (kinds.length === 0 ? [] : [{ kinds }]),
    code: forbidden,
  },
  role: {
    isMet: hasRole,
    text: ({ roles }) => `role ${roles.join(' or ')}`,
    isReachable: hasRole,
    suffices: ({ roles }) => roles.map((role) => ({ roles: [role] })),
    code: forbidden,
  },
  scope: {
    isMet: hasScopes,
    text: ({ anyOf }) => `scope ${anyOfAllText(anyOf)}`,
    isReachable: hasScopes,
    suffices: ({ anyOf }) => anyOf.map((scopes) => ({ scopes })),
    code: forbidden,
  },
  mfa: {
    isMet: ({ maxAge, ifEnrolled }, { principal, nowSeconds }) =>
      principal.kind !== 'anonymous' &&
      ((ifEnrolled && principal.hasFactor !== true) || isRecent(principal.mfaAt, maxAge, nowSeconds)),
    text: ({ maxAge, ifEnrolled }) => `second factor within ${maxAge} s${ifEnrolled ? ', if enrolled' : ''}`,
    isReachable: (_, { isSignedIn }) => isSignedIn,
    suffices: () => [],
    // Nothing but a factor helps, whether or not the account has one.
    code: () => 'MFA_REQUIRED',
  },
  recentAuth: {
    isMet: ({ maxAge }, { principal, nowSeconds }) =>
      principal.kind !== 'anonymous' && isRecent(principal.authTime, maxAge, nowSeconds),
    text: ({ maxAge }) => `sign-in within ${maxAge} s`,
    isReachable: (_, { isSignedIn }) => isSignedIn,
    suffices: () => [],
    code: signInAgain,
  },
  network: {
    isMet: ({ names }, { principal }) => names.some((name) => principal.networks?.includes(name)),
    text: ({ names }) => `network ${names.join(' or ')}`,
    isReachable: () => true,
    suffices: () => [],
    code: forbidden,
  },
  named: {
    isMet: meetsNamedPolicies,
    text: ({ anyOf }) => `policy ${anyOfAllText(anyOf)}`,
    isReachable: meetsNamedPolicies,
    suffices: () => [],
    code: forbidden,
  },
  rule: {
    isMet: ({ name }, { rules, principal }) => isTrue(rules[name]?.(principal), `The rule ${name}`),
    text: ({ name }) => `rule ${name}`,
    // A rule may depend on the moment.
    isReachable: () => true,
    suffices: () => [],
    code: forbidden,
  },
  alternatives: {
    isMet: ({ anyOf }, context) => anyOf.some((all) => all.every((clause) => isClauseMet(clause, context))),
    text: ({ anyOf }) => `any of (${anyOf.map((all) => all.map(clauseText).join(' and ')).join('; ')})`,
    isReachable: ({ anyOf }, context) => anyOf.some((all) => all.every((clause) => isClauseReachable(clause, context))),
    suffices: ({ anyOf }) => anyOf.flatMap(sufficientForAll),
    code: forbidden,
  },
};

function kindOf<Kind extends Clause['kind']>(clause: ClauseOf<Kind>): ClauseKind<ClauseOf<Kind>> {
  const kind: Kind = clause.kind;
  return clauseKinds[kind];
}

/** Combines what would meet each of several clauses. */
function sufficientForAll(clauses: readonly Clause[]): readonly Sufficient[] {
  return clauses
    .map(sufficientFor)
    .reduce<readonly Sufficient[]>(
      (combined, own) =>
        own.length === 0 ? combined : combined.flatMap((one) => own.map((other) => ({ ...one, ...other }))),
      [{}],
    );
}

export function sufficientFor(clause: Clause): readonly Sufficient[] {
  return kindOf(clause).suffices(clause);
}

export const isClauseMet = (clause: Clause, context: EvaluationContext): boolean =>
  kindOf(clause).isMet(clause, context);

export const clauseText = (clause: Clause): string => kindOf(clause).text(clause);

export const isClauseReachable = (clause: Clause, context: EvaluationContext): boolean =>
  kindOf(clause).isReachable(clause, context);

export const clauseDenialCode = (clause: Clause, context: EvaluationContext): DenialCode =>
  kindOf(clause).code(context);
