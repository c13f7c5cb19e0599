import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { conditionKeyOf, conditionsOf, conditionVariablesOf, type ConditionVariables } from './condition-variables.ts';
import type { Args, Fragments } from './execution.ts';
import { findOperation } from './find-operation.ts';
import { planSelection } from './plan-selection.ts';
import type { FieldPlan, SelectionPlan } from './plan.ts';

/** The part of an operation that is known before its variables are. */
export interface OperationPlan {
  /** Called for each field that is planned. */
  readonly onField: () => void;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly rootType: GraphQLObjectType;
  readonly conditionVariables: ConditionVariables;
  /** One plan for each combination of the conditions' values. */
  readonly variants: Map<string, Variant>;
}

/** The plan of an operation under some values of its conditions. Below the root it is made where objects are there. */
interface Variant {
  readonly root: SelectionPlan;
  /** The resolver that each planned field had. */
  readonly resolvers: Map<GraphQLField<unknown, unknown>, FieldPlan['resolve']>;
  /** The number of fields that have been planned: those below the root are, as objects come. */
  readonly size: { fields: number };
}

/** The bound on what is kept for values, because a caller chooses them. */
const maxVariants = 32;

/** Plans an operation; `undefined` for what a plan does not know, or if graphql-js has an error to report. */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  onField: () => void,
): OperationPlan | undefined {
  const found = findOperation(document, operationName);
  if (found === undefined) return undefined;
  const rootType = schema.getRootType(found.operation.operation);
  const conditionVariables = conditionVariablesOf(found);
  if (rootType == null || conditionVariables === undefined) return undefined;
  return { ...found, onField, rootType, conditionVariables, variants: new Map() };
}

/**
 * Returns what is selected at the root under these variables; `undefined` if a plan cannot tell from them what is
 * selected.
 * @throws GraphQLError if a `@skip` or `@include` has no usable condition
 */
export function rootSelectionOf(
  schema: GraphQLSchema,
  plan: OperationPlan,
  variables: Args,
): SelectionPlan | undefined {
  const key = conditionKeyOf(plan.conditionVariables, variables);
  if (key === undefined) return undefined;
  const known = plan.variants.get(key);
  if (known !== undefined && isCurrent(known)) return known.root;
  const variant = planVariant(schema, plan, variables);
  if (plan.variants.size >= maxVariants) plan.variants.clear();
  plan.variants.set(key, variant);
  return variant.root;
}

function planVariant(
  schema: GraphQLSchema,
  { operation, fragments, rootType, conditionVariables, onField }: OperationPlan,
  variables: Args,
): Variant {
  const resolvers: Variant['resolvers'] = new Map();
  const selecting = { schema, fragments, conditions: conditionsOf(conditionVariables, variables) };
  const size = { fields: 0 };
  const root = planSelection(selecting, rootType, [operation], (definition) => {
    resolvers.set(definition, definition.resolve);
    size.fields += 1;
    onField();
  });
  return { root, resolvers, size };
}

/** Returns whether all resolvers are those of the plan; a guard or a plugin of the host may have replaced one since. */
function isCurrent({ resolvers }: Variant): boolean {
  for (const [definition, resolve] of resolvers) {
    if (definition.resolve !== resolve) return false;
  }
  return true;
}
