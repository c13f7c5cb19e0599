import {
  assertValidSchema,
  execute as executeByGraphql,
  getVariableValues,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { executionEndOf } from '../authorization/index.ts';
import { endedResult, withinTime, type Bounds } from './bounds.ts';
import { addError, type Args, type Execution } from './execution.ts';
import { createPlanCache } from './plan-cache.ts';
import { planOperation, rootSelectionOf, type OperationPlan } from './plan-operation.ts';
import type { SelectionPlan } from './plan.ts';
import { isPromise, type Answered } from './promises.ts';
import { runSelection, runSerially } from './run-selection.ts';

type Answer = ExecutionResult | Promise<ExecutionResult>;

/** A function with the arguments and the results of graphql-js's `execute`. */
export type Execute = (args: ExecutionArgs) => Answer;

export interface Executor {
  /** Executes as graphql-js does. Does not depend on `this`. */
  readonly execute: Execute;
}

export interface ExecutorOptions {
  /** The number of fields, about, of which plans are kept; some 500 bytes each. 20,000 by default. */
  readonly maxFields?: number | undefined;
  /** The bounds of each execution; none by default. */
  readonly bounds?: Bounds | undefined;
}

/**
 * Makes an executor that plans each operation of a schema once, and keeps the plan as long as its document is kept.
 * Anything that a plan does not know goes to graphql-js unchanged, before anything ran: directives other than `@skip` and
 * `@include`, resolvers given to `execute`, another schema. Of a subscription it executes one event.
 */
export function createExecutor(schema: GraphQLSchema, { maxFields = 20_000, bounds }: ExecutorOptions = {}): Executor {
  const endOf = executionEndOf(schema);
  const plans = createPlanCache(maxFields);

  function planOf(document: DocumentNode, operationName: string | null): OperationPlan | undefined {
    const known = plans.get(document, operationName);
    if (known !== undefined) return known;
    const plan = planOperation(schema, document, operationName, plans.countField);
    if (plan !== undefined) plans.set(document, operationName, plan);
    return plan;
  }

  return {
    execute: (args) => {
      if (args.schema !== schema || !isPlannable(args)) return executeByGraphql(args);
      assertValidSchema(schema);
      const plan = planOf(args.document, args.operationName ?? null);
      return plan === undefined ? executeByGraphql(args) : executePlan(plan, args, { bounds, onEnd: endOf });
    },
  };
}

function isPlannable({ document, variableValues, fieldResolver, typeResolver }: ExecutionArgs): boolean {
  if (fieldResolver != null || typeResolver != null) return false;
  const isDocument: boolean = typeof document === 'object' && document !== null;
  return isDocument && (variableValues == null || typeof variableValues === 'object');
}

interface Surroundings {
  readonly bounds: Bounds | undefined;
  /** Called with the variables of an execution that ended. */
  readonly onEnd: ((variableValues: Args) => void) | undefined;
}

function executePlan(plan: OperationPlan, args: ExecutionArgs, { bounds, onEnd }: Surroundings): Answer {
  const variables = variablesOf(plan, args);
  if ('errors' in variables) return { errors: variables.errors };
  const execution = begin(plan, args, variables.coerced, bounds);
  // Without errors all that was begun has been waited for; beside an error something may still be under way.
  const end = ({ errors }: ExecutionResult): void => {
    if (errors === undefined) onEnd?.(execution.variableValues);
  };
  try {
    const selection = rootSelectionOf(args.schema, plan, variables.coerced);
    if (selection === undefined) return executeByGraphql(args);
    const found = answer(execution, selection);
    if (isPromise(found)) {
      found.then(end, () => undefined);
      return withinTime(execution, found);
    }
    end(found);
    return found;
  } catch (error) {
    return failed(execution, error);
  }
}

type Variables = { readonly coerced: Args } | { readonly errors: readonly GraphQLError[] };

function variablesOf({ operation }: OperationPlan, args: ExecutionArgs): Variables {
  const definitions = operation.variableDefinitions ?? [];
  if (definitions.length === 0) return { coerced: {} };
  const { coerced, errors } = getVariableValues(args.schema, definitions, args.variableValues ?? {}, {
    maxErrors: args.options?.maxCoercionErrors ?? 50,
    hideSuggestions: args.hideSuggestions ?? false,
  });
  return errors === undefined ? { coerced } : { errors };
}

function begin(
  { operation, fragments }: OperationPlan,
  args: ExecutionArgs,
  variableValues: Args,
  bounds: Bounds | undefined,
): Execution {
  const { schema, rootValue, contextValue } = args;
  return {
    schema,
    fragments,
    operation,
    rootValue,
    contextValue,
    variableValues,
    errors: [],
    nulled: undefined,
    args: undefined,
    bounds,
    charactersLeft: bounds?.maxCharacters ?? Infinity,
    ended: undefined,
  };
}

function answer(execution: Execution, selection: SelectionPlan): Answer {
  const isMutation = execution.operation.operation === OperationTypeNode.MUTATION;
  const data = isMutation
    ? runSerially(execution, selection, execution.rootValue)
    : runSelection(execution, selection, execution.rootValue, undefined);
  if (!isPromise(data)) return answered(execution, data);
  return data.then(
    (settled) => answered(execution, settled),
    (error: unknown) => failed(execution, error),
  );
}

function answered({ ended, errors }: Execution, data: Answered | null): ExecutionResult {
  if (ended !== undefined) return endedResult(ended);
  return errors.length === 0 ? { data } : { errors, data };
}

function failed(execution: Execution, error: unknown): ExecutionResult {
  // An error at the root is a GraphQLError: fields locate theirs, and so do the conditions of fields.
  addError(execution, error as GraphQLError, undefined);
  return answered(execution, null);
}
