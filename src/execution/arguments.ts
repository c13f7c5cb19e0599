import {
  getArgumentValues,
  getNullableType,
  isEnumType,
  isScalarType,
  Kind,
  specifiedScalarTypes,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
} from 'graphql';
import type { Args, Execution } from './execution.ts';

/** Makes the arguments of a field. Resolvers get an object of their own each time, which they may change. */
export type ArgumentsPlan = (execution: Execution) => Args;

export interface FieldArguments {
  readonly argumentsOf: ArgumentsPlan;
  /** True if coercing them can fail, in which case a field fails even if nothing reads its arguments. */
  readonly mayFail: boolean;
}

type Field = GraphQLField<unknown, unknown>;

/**
 * The moment at which the value of an argument is known: with the document, with the variables, or anew for each call.
 */
type Moment = 'document' | 'variables' | 'call';

const noArguments: FieldArguments = { argumentsOf: () => ({}), mayFail: false };

/** Coerces what does not depend on variables while the plan is made; the rest is left to graphql-js. */
export function planArguments(field: Field, node: FieldNode): FieldArguments {
  if (field.args.length === 0) return noArguments;
  const moments = new Set(field.args.map((arg) => momentOf(arg, node)));
  const constant = moments.has('call') || moments.has('variables') ? undefined : coerceNow(field, node);
  if (constant !== undefined) return { argumentsOf: () => ({ ...constant }), mayFail: false };
  const coerce: ArgumentsPlan = ({ variableValues }) => getArgumentValues(field, node, variableValues);
  if (moments.has('call')) return { argumentsOf: coerce, mayFail: true };
  return { argumentsOf: (execution) => ({ ...oncePerExecution(execution, coerce) }), mayFail: true };
}

/**
 * Returns when an argument is known. Lists and input objects are made anew for each call, because a resolver may change
 * them; a scalar of the host may be read differently each time.
 */
function momentOf({ name, type }: GraphQLArgument, node: FieldNode): Moment {
  const value = node.arguments?.findLast((argument) => argument.name.value === name)?.value;
  if (value === undefined || value.kind === Kind.NULL) return 'document';
  if (value.kind === Kind.VARIABLE) return 'variables';
  const bare = getNullableType(type);
  return isEnumType(bare) || (isScalarType(bare) && specifiedScalarTypes.includes(bare)) ? 'document' : 'call';
}

/**
 * Coerces arguments that need no variables. What cannot be coerced is reported when the field is reached, as graphql-js
 * does.
 */
function coerceNow(field: Field, node: FieldNode): Args | undefined {
  try {
    return getArgumentValues(field, node, {});
  } catch {
    return undefined;
  }
}

function oncePerExecution(execution: Execution, coerce: ArgumentsPlan): Args {
  execution.args ??= new Map();
  const known = execution.args.get(coerce);
  if (known !== undefined) return known;
  const args = coerce(execution);
  execution.args.set(coerce, args);
  return args;
}
