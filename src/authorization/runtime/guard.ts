import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { GuardOptions } from '../options.ts';
import type { Policy } from '../policy/define.ts';
import type { Roles } from '../roles.ts';
import type { AccessModel } from '../schema/model.ts';
import type { Operation } from './operation.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Resolver = GraphQLFieldResolver<unknown, unknown, Args>;

/** All that a guarded schema knows. One for each `guardSchema`; it survives every `mapSchema` over its result. */
export interface Guard {
  readonly model: AccessModel;
  readonly roles: Roles;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly options: GuardOptions;
  readonly relatedType: (type: string, property: string) => string | undefined;
  /** The operations under way, by their coerced variables: the one object that each execution makes for itself. */
  readonly operations: WeakMap<object, Operation>;
  readonly memory: GuardMemory;
}

/** What the hot path remembers, and how it forgets. */
export interface GuardMemory {
  /** The operation seen last, which within a list is the next one too. */
  key: object | undefined;
  operation: Operation | undefined;
  /** Whether the executor was seen to share its variables between executions: then nothing is remembered by them. */
  isDistrustful: boolean;
  /** Makes each field forget for which variables it was allowed. */
  readonly forgetters: Array<() => void>;
}

export function emptyMemory(): GuardMemory {
  return { key: undefined, operation: undefined, isDistrustful: false, forgetters: [] };
}

/** Other rights count from now on, under variables that were seen before. */
export function forget({ memory }: Guard): void {
  memory.key = undefined;
  memory.operation = undefined;
  for (const forgetOne of memory.forgetters) forgetOne();
}

const EXTENSION = 'sallyport';

/** As a function, which no deep merge of extensions takes apart. */
export function extensionsOf(guard: Guard): Readonly<Record<string, unknown>> {
  return { [EXTENSION]: () => guard };
}

const GUARDS = new WeakSet<object>();

export function registerGuard(guard: Guard): Guard {
  GUARDS.add(guard);
  return guard;
}

function isGuard(value: unknown): value is Guard {
  return typeof value === 'object' && value !== null && GUARDS.has(value);
}

/** The guard of a schema; `undefined` for one that nobody guarded. */
export function findGuard(schema: GraphQLSchema): Guard | undefined {
  const extension = schema.extensions[EXTENSION];
  const found: unknown = typeof extension === 'function' ? extension() : undefined;
  return isGuard(found) ? found : undefined;
}

/** @throws TypeError for a schema that `guardSchema` did not make: to answer for it would be to guess. */
export function guardOf(schema: GraphQLSchema): Guard {
  const guard = findGuard(schema);
  if (guard === undefined) throw new TypeError('This schema is not guarded: call guardSchema first.');
  return guard;
}
