import type { GraphQLResolveInfo } from 'graphql';
import { onceEach, type AccessLog } from '../model/access-log.ts';
import { createEvaluationContext } from '../model/evaluation-context.ts';
import { anonymous, problemOfPrincipal, type Principal } from '../model/principal.ts';
import { createPolicyContext } from '../policy/policy-context.ts';
import { createRowSource } from '../policy/row-source.ts';
import type { Guard, GuardMemory, Operation } from './guard.ts';

/** Starts an operation: the host's `principal` is called once, and a failure in it denies. */
export function beginOperation(guard: Guard, contextValue: unknown): Operation {
  const log = operationLog(guard);
  try {
    return operationFor(guard, contextValue, guard.options.principal(contextValue), log);
  } catch (error) {
    log({ kind: 'principal', message: 'The principal could not be told, which denies.', error });
    return createOperation(guard, contextValue, anonymous, log, true);
  }
}

/** Makes the log of one operation: each distinct defect once, for the observers of the guard and for the host. */
function operationLog({ options, observers }: Guard): AccessLog {
  return onceEach((event) => {
    observers.forEach((observe) => observe(event));
    options.log?.(event);
  });
}

/** Starts an operation for a known principal. A malformed one is logged, and refused whatever requires anything. */
export function operationFor(guard: Guard, contextValue: unknown, principal: Principal, log: AccessLog): Operation {
  const problem = problemOfPrincipal(principal);
  if (problem === undefined) return createOperation(guard, contextValue, principal, log, false);
  log({ kind: 'principal', message: problem });
  return createOperation(guard, contextValue, anonymous, log, true);
}

function createOperation(
  guard: Guard,
  contextValue: unknown,
  principal: Principal,
  log: AccessLog,
  isMalformed: boolean,
): Operation {
  const { options, model, roles, policies, relationOf } = guard;
  const { load, loadMany, isLoaded, now = Date.now, federation, rules = {} } = options;
  const loadRow = load && ((type: string, id: string) => load(type, id, contextValue));
  const loadRows =
    loadMany && ((type: string, id: string, property: string) => loadMany(type, id, property, contextValue));
  const rows = createRowSource({ load: loadRow, loadMany: loadRows, isLoaded }, relationOf, log);
  const namedPolicies = (typeof federation === 'object' ? federation.policies : undefined) ?? {};
  const evaluation = createEvaluationContext(principal, roles, now() / 1000, { namedPolicies, rules });
  return {
    guard,
    contextValue,
    principal,
    table: new Uint8Array(model.requirements.list.length),
    isMalformed,
    evaluation: createPolicyContext(evaluation, policies, rows),
    rowEvaluators: new Map(),
    log,
    nodes: undefined,
    refused: undefined,
    rebound: undefined,
  };
}

/** Finds the operation that a resolver is part of, or begins it. */
export function currentOperation(guard: Guard, info: GraphQLResolveInfo, contextValue: unknown): Operation {
  const { key, operation } = guard.memory;
  if (info.variableValues === key && operation !== undefined && operation.contextValue === contextValue) {
    return operation;
  }
  const found = findOperation(guard, info.variableValues, contextValue);
  if (found.rebound !== undefined) return found.rebound.get(rootKey(info)) ?? found;
  if (guard.memory.key !== info.variableValues) remember(guard, info.variableValues, found);
  return found;
}

function findOperation(guard: Guard, key: object, contextValue: unknown): Operation {
  const known = operationBy(guard, key);
  if (known !== undefined && known.contextValue === contextValue) return known;
  if (known !== undefined) distrust(guard);
  const begun = beginOperation(guard, contextValue);
  remember(guard, key, begun);
  return begun;
}

/** Finds the operation that belongs to the variables of an execution. */
export function operationBy({ memory, operations }: Guard, key: object): Operation | undefined {
  return memory.key === key ? memory.operation : operations.get(key);
}

/** Remembers an operation as the last one. Only the one that it replaces needs the weak map, which is costly. */
function remember(guard: Guard, key: object, operation: Operation): void {
  keep(guard);
  guard.memory.key = key;
  guard.memory.operation = operation;
}

function keep({ memory, operations }: Guard): void {
  if (memory.key !== undefined && memory.operation !== undefined) operations.set(memory.key, memory.operation);
}

/**
 * Drops the operation of an execution of which nothing can run any more. An entry of a weak map lives until the old
 * heap is collected, and with it everything that the request has reached.
 */
export function endOperation({ memory, operations }: Guard, key: object): void {
  operations.delete(key);
  if (memory.key !== key) return;
  memory.key = undefined;
  memory.operation = undefined;
}

/** Notes that two contexts shared their variables: they are two executions nevertheless. */
function distrust(guard: Guard): void {
  guard.memory.isDistrustful = true;
  forget(guard);
}

export function emptyMemory(): GuardMemory {
  return { key: undefined, operation: undefined, isDistrustful: false, epoch: 0, forgetters: [] };
}

/** Forgets what was remembered by variables: other rights count under them from now on. */
function forget(guard: Guard): void {
  const { memory } = guard;
  keep(guard);
  memory.key = undefined;
  memory.operation = undefined;
  memory.epoch += 1;
  for (const forgetOne of memory.forgetters) forgetOne();
}

/** Puts an operation in the place of the one that belonged to an execution. */
export function assignOperation(guard: Guard, info: GraphQLResolveInfo, operation: Operation): void {
  forget(guard);
  guard.operations.set(info.variableValues, operation);
}

/** Lets other rights count below this root field from now on. */
export function rebindOperation(operation: Operation, info: GraphQLResolveInfo, principal: Principal): void {
  const { guard, contextValue, log } = operation;
  operation.rebound ??= new Map();
  operation.rebound.set(rootKey(info), operationFor(guard, contextValue, principal, log));
  forget(guard);
}

/** Returns the response key of the root field above a resolver. */
export function rootKey(info: GraphQLResolveInfo): string | number {
  let path = info.path;
  while (path.prev !== undefined) path = path.prev;
  return path.key;
}
