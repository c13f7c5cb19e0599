import {
  defaultTypeResolver,
  GraphQLError,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { completeObject, type SelectionOf } from './complete-object.ts';
import { fieldPathOf } from './execution.ts';
import { infoOf, type Complete, type FieldPlace } from './plan.ts';
import { isPromise } from './promises.ts';

/** Finds the concrete type of a value, and completes it as an object of that type. Each type is planned once. */
export function completeAbstract(place: FieldPlace, type: GraphQLAbstractType, selectionOf: SelectionOf): Complete {
  const completers = new Map<string, Complete>();
  const completerOf = (name: unknown, schema: GraphQLSchema, value: unknown): Complete => {
    const known = typeof name === 'string' ? completers.get(name) : undefined;
    if (known !== undefined) return known;
    const concrete = concreteType(place, type, schema, name, value);
    const complete = completeObject(place, concrete, selectionOf);
    completers.set(concrete.name, complete);
    return complete;
  };
  return (execution, path, value, info) => {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const known = info ?? infoOf(execution, place, fieldPathOf(path));
    const complete = (name: unknown) => completerOf(name, execution.schema, value)(execution, path, value, known);
    const name: unknown = resolveType(value, execution.contextValue, known, type);
    return isPromise(name) ? name.then(complete) : complete(name);
  };
}

/** Finds a type by its name. @throws GraphQLError if the type resolver did not answer the name of a possible type */
function concreteType(
  { parentType, definition, nodes }: FieldPlace,
  type: GraphQLAbstractType,
  schema: GraphQLSchema,
  name: unknown,
  value: unknown,
): GraphQLObjectType {
  const field = `${parentType.name}.${definition.name}`;
  if (name === null || name === undefined) {
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}". Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  }
  if (isObjectType(name)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string') {
    throw new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}" with value ${inspect(value)}, received "${inspect(name)}".`,
    );
  }
  const concrete = schema.getType(name);
  if (concrete === undefined) {
    throw new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      { nodes },
    );
  }
  if (!isObjectType(concrete)) {
    throw new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`, { nodes });
  }
  if (!schema.isSubType(type, concrete)) {
    throw new GraphQLError(`Runtime Object type "${concrete.name}" is not a possible type for "${type.name}".`, {
      nodes,
    });
  }
  return concrete;
}
