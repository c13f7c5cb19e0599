import { clauseHolds } from '../requirement.ts';
import type { Clause } from '../requirement.ts';
import type { Operation } from '../runtime/operation.ts';

/**
 * Whether this caller's credential could ever meet a requirement. What hangs on a factor, on the time of sign-in, on
 * a network or on a row can change without another credential, so it counts as met by whoever has signed in.
 */
export function reaches(operation: Operation, requirement: number): boolean {
  const clauses = operation.guard.model.requirements.list[requirement]?.clauses ?? [];
  if (operation.isMalformed) return clauses.length === 0;
  return clauses.every((clause) => clauseReaches(operation, clause));
}

function clauseReaches({ standing, principal }: Operation, clause: Clause): boolean {
  if (clause.kind === 'network') return true;
  if (clause.kind === 'mfa' || clause.kind === 'recentAuth') return principal.kind !== 'anonymous';
  try {
    return clauseHolds(clause, standing);
  } catch {
    return false;
  }
}
