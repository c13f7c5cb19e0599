import type { GraphQLError } from 'graphql';
import { refusal, type DenialCode, type RefusalDetails } from '../model/access-errors.ts';
import { decide, isReachable, missing, type Decision } from '../model/requirement.ts';
import { createPolicyContext } from '../policy/policy-context.ts';
import { createRowEvaluator, type RowEvaluator } from '../policy/row-evaluator.ts';
import { unrestricted } from '../schema/requirement-table.ts';
import type { Args, Operation } from './guard.ts';

/** The byte of an allowed requirement; 0 is "not decided yet", and the codes of refusals follow. */
const allowedByte = 1;
const denialCodes: readonly DenialCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MFA_REQUIRED',
  'REAUTHENTICATION_REQUIRED',
];

/** Returns the code with which a requirement refuses this operation's principal; `undefined` if it is met. */
export function denialOf(operation: Operation, requirement: number): DenialCode | undefined {
  const { table } = operation;
  if (table[requirement] === 0) table[requirement] = byteOf(decisionOn(operation, requirement));
  return denialCodes[(table[requirement] ?? 0) - allowedByte - 1];
}

/** A requirement that refuses, by its number, and the coordinate of the field or the input that carries it. */
export interface Denial {
  readonly code: DenialCode;
  readonly coordinate: string;
  readonly requirement: number;
}

/** Returns the denial of an element by the requirement that it carries, if any; `undefined` if it is met. */
export function denialAt(operation: Operation, coordinate: string, requirement = unrestricted): Denial | undefined {
  const code = denialOf(operation, requirement);
  return code === undefined ? undefined : { code, coordinate, requirement };
}

function byteOf(decision: Decision): number {
  return decision.allowed ? allowedByte : allowedByte + 1 + denialCodes.indexOf(decision.code);
}

/** Decides with a reason, for explanations. A requirement that fails to be decided is refused. */
export function decisionOn(operation: Operation, number: number): Decision {
  const requirement = operation.guard.model.requirements.list[number];
  if (requirement === undefined) return { allowed: false, code: 'FORBIDDEN', reason: 'an unknown requirement' };
  if (operation.isMalformed && requirement.clauses.length > 0) {
    return { allowed: false, code: 'UNAUTHENTICATED', reason: 'the principal is malformed' };
  }
  try {
    return decide(requirement, operation.evaluation);
  } catch (error) {
    const message = `The requirement "${requirement.text}" could not be decided, which denies.`;
    operation.log({ kind: 'policy', message, error });
    return { allowed: false, code: 'FORBIDDEN', reason: 'it could not be decided' };
  }
}

/** Tells whether the operation's principal could ever meet a requirement with its present credential. */
export function canReach(operation: Operation, number: number): boolean {
  const requirement = operation.guard.model.requirements.list[number];
  if (requirement === undefined || operation.isMalformed) return requirement?.clauses.length === 0;
  try {
    return isReachable(requirement, operation.evaluation);
  } catch {
    return false;
  }
}

const deniesAll: RowEvaluator = { residual: false, allows: () => false, admit: () => null };

/** Returns the evaluator of a type's action, with all folded that this principal settles. */
export function rowEvaluatorFor(operation: Operation, type: string, action: string, args?: Args): RowEvaluator {
  // A decision that depends on arguments is worked out for each call of a field, and not remembered.
  if (args !== undefined && operation.guard.argumentActions.has(`${type}.${action}`) && !operation.isMalformed) {
    const { evaluation } = operation;
    return createRowEvaluator(
      createPolicyContext(evaluation, evaluation.policies, evaluation.rows, args),
      type,
      action,
    );
  }
  const known = operation.rowEvaluators.get(type)?.get(action);
  if (known !== undefined) return known;
  const created = operation.isMalformed ? deniesAll : createRowEvaluator(operation.evaluation, type, action);
  const ofType = operation.rowEvaluators.get(type) ?? new Map<string, RowEvaluator>();
  operation.rowEvaluators.set(type, ofType.set(action, created));
  return created;
}

/** Returns the code of a refusal by a row: anonymous may sign in, a signed-in principal may not do this. */
export function rowDenialCode(operation: Operation): DenialCode {
  return operation.principal.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
}

/**
 * Lists what a refusal of this operation's principal tells besides its code.
 *
 * @param requirement the number of the requirement that refused, if it was one
 */
export function detailsOf(operation: Operation, code: DenialCode, requirement?: number): RefusalDetails {
  return { ...enrolment(operation, code), ...requiredBy(operation, requirement) };
}

function enrolment({ principal }: Operation, code: DenialCode): RefusalDetails {
  const isStepUp = code === 'MFA_REQUIRED' || code === 'REAUTHENTICATION_REQUIRED';
  if (!isStepUp || principal.kind === 'anonymous' || principal.hasFactor === undefined) return {};
  return { enrolled: principal.hasFactor };
}

function requiredBy({ guard, evaluation, isMalformed }: Operation, number: number | undefined): RefusalDetails {
  const requirement = number === undefined ? undefined : guard.model.requirements.list[number];
  if (guard.options.tellRequired !== true || requirement === undefined || isMalformed) return {};
  try {
    const required = missing(requirement, evaluation);
    return required.length === 0 ? {} : { required };
  } catch {
    return {};
  }
}

/** Makes the error with which a field refuses this operation's principal. */
export function refusalOf(operation: Operation, code: DenialCode, requirement?: number): GraphQLError {
  return refusal(code, detailsOf(operation, code, requirement), operation.guard.options.refusalText);
}
