import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { RefusedPath } from '../model/access-errors.ts';
import type { AccessLog } from '../model/access-log.ts';
import type { Roles } from '../model/compile-roles.ts';
import type { Principal } from '../model/principal.ts';
import type { Policy } from '../policy/define-policy.ts';
import type { PolicyContext } from '../policy/policy-context.ts';
import type { RelationOf } from '../policy/relations.ts';
import type { RowEvaluator } from '../policy/row-evaluator.ts';
import type { AccessModel } from '../schema/access-model.ts';
import type { GuardOptions } from '../schema/options.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Resolver = GraphQLFieldResolver<unknown, unknown, Args>;

/** All that a guarded schema knows. One for each `guardSchema`; it survives `mapSchema` over the guarded schema. */
export interface Guard {
  readonly model: AccessModel;
  readonly roles: Roles;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly options: GuardOptions;
  readonly relationOf: RelationOf;
  /** The actions whose condition reads arguments, as `Type.action`. */
  readonly argumentActions: ReadonlySet<string>;
  /**
   * The operations under way, by their coerced variables: the one object that each execution makes for itself. The one
   * seen last is in `memory` alone.
   */
  readonly operations: WeakMap<object, Operation>;
  readonly memory: GuardMemory;
  /** Receive the same defects as the host's log, for the time of a check. */
  readonly observers: Set<AccessLog>;
}

/** The memory of the hot path, and the means by which it forgets. */
export interface GuardMemory {
  /** The operation seen last, which within a list is the next one too. */
  key: object | undefined;
  operation: Operation | undefined;
  /** True if the executor was seen to share its variables between executions: then nothing is remembered by them. */
  isDistrustful: boolean;
  /** Another number each time that all of this is forgotten. */
  epoch: number;
  /** Makes each field forget for which variables it was allowed. */
  readonly forgetters: Array<() => void>;
}

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
  /** Set if `principal` answered nonsense: whatever requires anything is refused. */
  readonly isMalformed: boolean;
  readonly evaluation: PolicyContext;
  readonly rowEvaluators: Map<string, Map<string, RowEvaluator>>;
  readonly log: AccessLog;
  /** Nodes that were resolved ahead of their edges, to be handed on. */
  nodes: WeakMap<object, unknown> | undefined;
  /** The paths for which the operation is refused as a whole; `undefined` until that was decided. */
  refused: readonly RefusedPath[] | undefined;
  /**
   * The operation under the rights of the principal that signed in below a root field, by the field's response key.
   */
  rebound: Map<string | number, Operation> | undefined;
}

const extensionName = 'sallyport';

/** Puts a guard into a schema's extensions: as a function, which no deep merge of extensions takes apart. */
export function extensionsOf(guard: Guard): Readonly<Record<string, unknown>> {
  return { [extensionName]: () => guard };
}

const guards = new WeakSet<object>();

export function registerGuard(guard: Guard): Guard {
  guards.add(guard);
  return guard;
}

function isGuard(value: unknown): value is Guard {
  return typeof value === 'object' && value !== null && guards.has(value);
}

/** Finds the guard of a schema; `undefined` for a schema that is not guarded. */
export function findGuard(schema: GraphQLSchema): Guard | undefined {
  const extension = schema.extensions[extensionName];
  const found: unknown = typeof extension === 'function' ? extension() : undefined;
  return isGuard(found) ? found : undefined;
}

/** @throws TypeError for a schema that `guardSchema` did not make: to answer for it would be to guess. */
export function guardOf(schema: GraphQLSchema): Guard {
  const guard = findGuard(schema);
  if (guard === undefined) throw new TypeError('This schema is not guarded: call guardSchema first.');
  return guard;
}

/** Picks the resolver that stands behind a guarded field: its own, the host's for all fields, or graphql-js's. */
export function baseResolver(
  guard: Guard,
  resolve: GraphQLFieldResolver<unknown, unknown> | null | undefined,
): Resolver {
  return resolve ?? guard.options.fieldResolver ?? defaultFieldResolver;
}
