import {
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { SchemaProblem } from '../../model/access-errors.ts';
import type { AccessModel } from '../access-model.ts';

/** Finds `@positional` on what is no list, and on lists whose items may not be null. */
export function problemsOfPositions(schema: GraphQLSchema, model: AccessModel): SchemaProblem[] {
  return [...model.fields.values()].flatMap(({ coordinate, typeName, fieldName, isPositional }) => {
    const type = schema.getType(typeName);
    const field = isPositional && isObjectType(type) ? type.getFields()[fieldName] : undefined;
    const problem = field && problemOf(field.type);
    if (problem === undefined) return [];
    return [{ coordinate: `${coordinate} @positional`, problem, remedy: 'Return a list whose items may be null.' }];
  });
}

function problemOf(type: GraphQLOutputType): string | undefined {
  const list = getNullableType(type);
  if (!isListType(list)) return 'it returns no list.';
  if (isNonNullType(list.ofType)) return 'the items of its list may not be null, so that a refused one has no place.';
  return isListType(list.ofType) ? problemOf(list.ofType) : undefined;
}
