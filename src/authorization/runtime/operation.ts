import type { GraphQLResolveInfo } from 'graphql';
import type { DenialCode, RefusedPath } from '../errors.ts';
import { onceEach } from '../log.ts';
import type { AccessLog } from '../log.ts';
import { createAsker } from '../policy/asker.ts';
import type { Asker } from '../policy/asker.ts';
import { createJudge } from '../policy/judge.ts';
import type { Judge } from '../policy/judge.ts';
import { ANONYMOUS, problemOfPrincipal } from '../principal.ts';
import type { Principal } from '../principal.ts';
import { decide } from '../requirement.ts';
import type { Decision, Standing } from '../requirement.ts';
import { forget } from './guard.ts';
import type { Guard } from './guard.ts';

/**
 * One operation under the rights of one principal. Nothing in it outlives the operation or is shared with another: it
 * hangs on the coerced variables, a fresh object for each execution, and never on the context or the document.
 */
export interface Operation {
  readonly guard: Guard;
  readonly contextValue: unknown;
  readonly principal: Principal;
  /** One byte for each requirement: 0 not decided yet, 1 allowed, else the code of the refusal. */
  readonly table: Uint8Array;
  readonly standing: Standing;
  /** Where the principal is none: whatever requires anything is refused. */
  readonly isMalformed: boolean;
  readonly asker: Asker;
  readonly judges: Map<string, Judge>;
  readonly log: AccessLog;
  /** Nodes that were resolved ahead of their edges, to be handed on. */
  readonly nodes: WeakMap<object, unknown>;
  /** What the operation is refused for as a whole; `undefined` until it was asked. */
  refused: readonly RefusedPath[] | undefined;
  /** The operation under the rights of who signed in below a root field, by the field's response key. */
  rebound: Map<string | number, Operation> | undefined;
}

/** Starts an operation: the principal is asked for once, and a failure to name one denies. */
export function beginOperation(guard: Guard, contextValue: unknown): Operation {
  const log = onceEach(guard.options.log);
  try {
    return operationFor(guard, contextValue, guard.options.principal(contextValue), log);
  } catch (error) {
    log({ kind: 'principal', message: 'The principal could not be told, which denies.', error });
    return operationOf(guard, contextValue, ANONYMOUS, log, true);
  }
}

/** The same for a known principal. A malformed one is logged, and denied whatever requires anything. */
export function operationFor(guard: Guard, contextValue: unknown, principal: Principal, log: AccessLog): Operation {
  const problem = problemOfPrincipal(principal);
  if (problem === undefined) return operationOf(guard, contextValue, principal, log, false);
  log({ kind: 'principal', message: problem });
  return operationOf(guard, contextValue, ANONYMOUS, log, true);
}

function operationOf(
  guard: Guard,
  contextValue: unknown,
  principal: Principal,
  log: AccessLog,
  isMalformed: boolean,
): Operation {
  const { options, model, roles, policies, relatedType } = guard;
  const { load, isLoaded = () => true, now = Date.now, federation } = options;
  const rows = {
    isLoaded,
    load: load && ((type: string, id: string) => load(type, id, contextValue)),
    relatedType,
    log,
  };
  const named = typeof federation === 'object' ? (federation.policies ?? {}) : {};
  const held = roles.held(principal.kind === 'anonymous' ? [] : principal.roles);
  return {
    guard,
    contextValue,
    principal,
    table: new Uint8Array(model.requirements.list.length),
    standing: { principal, roles: held, now: now() / 1000, namedPolicies: named },
    isMalformed,
    asker: createAsker(principal, roles, policies, rows),
    judges: new Map(),
    log,
    nodes: new WeakMap(),
    refused: undefined,
    rebound: undefined,
  };
}

/** The operation that a resolver is part of. */
export function currentOperation(guard: Guard, info: GraphQLResolveInfo, contextValue: unknown): Operation {
  const { key, operation } = guard.memory;
  if (info.variableValues === key && operation !== undefined && operation.contextValue === contextValue) {
    return operation;
  }
  const found = findOperation(guard, info.variableValues, contextValue);
  if (found.rebound !== undefined) return found.rebound.get(rootKey(info)) ?? found;
  guard.memory.key = info.variableValues;
  guard.memory.operation = found;
  return found;
}

function findOperation(guard: Guard, key: object, contextValue: unknown): Operation {
  const known = guard.operations.get(key);
  if (known !== undefined && known.contextValue === contextValue) return known;
  if (known !== undefined) distrust(guard);
  const begun = beginOperation(guard, contextValue);
  guard.operations.set(key, begun);
  return begun;
}

/** Two contexts are two executions, whatever the executor gives them for variables. */
function distrust(guard: Guard): void {
  guard.memory.isDistrustful = true;
  forget(guard);
}

/** Puts an operation in the place of whatever belonged to an execution. */
export function assignOperation(guard: Guard, info: GraphQLResolveInfo, operation: Operation): void {
  guard.operations.set(info.variableValues, operation);
  forget(guard);
}

/** Below this root field, other rights count from now on. */
export function rebindOperation(operation: Operation, info: GraphQLResolveInfo, principal: Principal): void {
  const { guard, contextValue, log } = operation;
  operation.rebound ??= new Map();
  operation.rebound.set(rootKey(info), operationFor(guard, contextValue, principal, log));
  forget(guard);
}

export function rootKey(info: GraphQLResolveInfo): string | number {
  let path = info.path;
  while (path.prev !== undefined) path = path.prev;
  return path.key;
}

/** Byte values of the table, after 0 for "not decided yet". */
export const ALLOWED = 1;
const CODES: readonly DenialCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'MFA_REQUIRED', 'REAUTHENTICATION_REQUIRED'];

/** The code with which a requirement refuses this operation's principal; `undefined` where it is met. */
export function denialOf(operation: Operation, requirement: number): DenialCode | undefined {
  const { table } = operation;
  if (table[requirement] === 0) table[requirement] = byteOf(decisionOn(operation, requirement));
  return CODES[(table[requirement] ?? 0) - ALLOWED - 1];
}

function byteOf(decision: Decision): number {
  return decision.allowed ? ALLOWED : ALLOWED + 1 + CODES.indexOf(decision.code);
}

/** The decision with its reason, for explanations. A requirement that fails to be decided is refused. */
export function decisionOn(operation: Operation, number: number): Decision {
  const requirement = operation.guard.model.requirements.list[number];
  if (requirement === undefined) return { allowed: false, code: 'FORBIDDEN', reason: 'an unknown requirement' };
  if (operation.isMalformed && requirement.clauses.length > 0) {
    return { allowed: false, code: 'UNAUTHENTICATED', reason: 'the principal is malformed' };
  }
  try {
    return decide(requirement, operation.standing);
  } catch (error) {
    const message = `The requirement "${requirement.text}" could not be decided, which denies.`;
    operation.log({ kind: 'policy', message, error });
    return { allowed: false, code: 'FORBIDDEN', reason: 'it could not be decided' };
  }
}

const NOBODY: Judge = { residual: false, allows: () => false, admit: () => null };

/** Who decides on the rows of a type for one action, with everything folded that this principal settles. */
export function judgeOf(operation: Operation, type: string, action: string): Judge {
  const key = `${type}.${action}`;
  const known = operation.judges.get(key);
  if (known !== undefined) return known;
  const judge = operation.isMalformed ? NOBODY : createJudge(operation.asker, type, action);
  operation.judges.set(key, judge);
  return judge;
}

/** Refused at a row: anonymous may sign in, who has signed in may not. */
export function rowDenialCode(operation: Operation): DenialCode {
  return operation.principal.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
}
