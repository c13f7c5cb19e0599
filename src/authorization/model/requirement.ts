import type { DenialCode, Sufficient } from './access-errors.ts';
import { clauseDenialCode, clauseText, isClauseMet, isClauseReachable, sufficientFor, type Clause } from './clause.ts';
import type { EvaluationContext } from './evaluation-context.ts';

/** All that an element of a schema demands of the principal: every clause must be met. `text` says it in words. */
export interface Requirement {
  readonly clauses: readonly Clause[];
  readonly text: string;
}

/** Allows, or denies with code and reason. The reason is for operators and explanations, never for the client. */
export type Decision =
  { readonly allowed: true } | { readonly allowed: false; readonly code: DenialCode; readonly reason: string };

const allowed: Decision = Object.freeze({ allowed: true });

/** Decides whether the principal meets all clauses of a requirement. */
export function decide({ clauses }: Requirement, context: EvaluationContext): Decision {
  const unmet = clauses.filter((clause) => !isClauseMet(clause, context));
  if (unmet.length === 0) return allowed;
  return { allowed: false, code: denialCode(unmet, context), reason: unmet.map(clauseText).join('; ') };
}

/**
 * The order in which one of several codes is chosen: a step-up is asked for only if it would help, and a factor if one
 * is missing.
 */
const precedence: readonly DenialCode[] = ['FORBIDDEN', 'MFA_REQUIRED', 'REAUTHENTICATION_REQUIRED'];

/** Picks the code of a refusal. Anonymous may sign in. */
function denialCode(unmet: readonly Clause[], context: EvaluationContext): DenialCode {
  if (!context.isSignedIn) return 'UNAUTHENTICATED';
  const codes = new Set(unmet.map((clause) => clauseDenialCode(clause, context)));
  return precedence.find((code) => codes.has(code)) ?? 'FORBIDDEN';
}

/** Lists what would meet each clause that the principal does not meet, as far as a client can do something about it. */
export function missing({ clauses }: Requirement, context: EvaluationContext): ReadonlyArray<readonly Sufficient[]> {
  const unmet = clauses.filter((clause) => !isClauseMet(clause, context));
  return unmet.map(sufficientFor).filter((alternatives) => alternatives.length > 0);
}

/**
 * Tells whether the principal's credential could ever meet a requirement. What hangs on a factor, on the time of
 * sign-in, on a network or on a row can change without another credential, so it counts as met.
 */
export function isReachable({ clauses }: Requirement, context: EvaluationContext): boolean {
  return clauses.every((clause) => isClauseReachable(clause, context));
}
