import type { FieldNode, GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { PropertyGuard } from '../authorization/index.ts';
import type { ArgumentsPlan } from './arguments.ts';
import type { Execution, Path } from './execution.ts';

export type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * Makes of what a resolver returned what is answered: a value or a promise of one. `info` is that of the field's
 * resolver; it is not there if only a property was read.
 */
export type Complete = (
  execution: Execution,
  path: Path,
  value: unknown,
  info: GraphQLResolveInfo | undefined,
) => unknown;

/** A field as it stands in an operation, on one concrete type. */
export interface FieldPlace {
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
}

/** One field of a selection, with all that does not depend on the execution. */
export interface FieldPlan extends FieldPlace {
  readonly key: string;
  readonly name: string;
  /** The way its value is got: one of the codes in `leaf.ts`. */
  readonly code: number;
  /** Undefined for a field that reads the property of its name. */
  readonly resolve: Resolver | undefined;
  readonly argumentsOf: ArgumentsPlan;
  /** True if coercing its arguments may fail. */
  readonly mayFail: boolean;
  readonly complete: Complete;
  readonly mayBeNull: boolean;
}

/** The fields that are selected on a concrete type, in the order of the answer. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  readonly guarded: GuardedReads | undefined;
}

/** The fields of a selection that read a property if a requirement is met. It is decided once for each execution. */
export interface GuardedReads {
  /** The same fields as those of the selection, in which the guarded ones read their property. */
  readonly open: readonly FieldPlan[];
  readonly guards: ReadonlyArray<PropertyGuard | undefined>;
  readonly memory: PropertyGuard['memory'];
  /** The execution that was decided on last, by its variables, and in which epoch that was. */
  decided: object | undefined;
  epoch: number;
  /** Its fields: guarded ones are open if they are allowed. */
  allowed: readonly FieldPlan[];
}

/** Makes the `info` of a resolver. */
export function infoOf(
  { schema, fragments, rootValue, operation, variableValues }: Execution,
  { definition, nodes, parentType }: FieldPlace,
  path: Path,
): GraphQLResolveInfo {
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType,
    path,
    schema,
    fragments,
    rootValue,
    operation,
    variableValues,
  };
}
