import {
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLLeafType,
  type GraphQLOutputType,
} from 'graphql';
import { countText } from './bounds.ts';
import { completeAbstract } from './complete-abstract.ts';
import { completeList } from './complete-list.ts';
import { completeObject, type SelectionOf } from './complete-object.ts';
import { serialise } from './leaf.ts';
import type { Complete, FieldPlace } from './plan.ts';

/** Returns the function that completes values of a type (GraphQL §6.4.3). */
export function completerOf(place: FieldPlace, type: GraphQLOutputType, selectionOf: SelectionOf): Complete {
  if (isNonNullType(type)) return nonNull(place, completerOf(place, type.ofType, selectionOf));
  return nullable(innerOf(place, type, selectionOf));
}

function innerOf(place: FieldPlace, type: GraphQLOutputType, selectionOf: SelectionOf): Complete {
  if (isListType(type)) return completeList(place, type.ofType, completerOf(place, type.ofType, selectionOf));
  if (isLeafType(type)) return leaf(type);
  if (isAbstractType(type)) return completeAbstract(place, type, selectionOf);
  return completeObject(place, type, selectionOf);
}

function nullable(complete: Complete): Complete {
  return (execution, path, value, info) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(execution, path, value, info);
  };
}

function nonNull({ parentType, definition }: FieldPlace, complete: Complete): Complete {
  return (execution, path, value, info) => {
    const completed = complete(execution, path, value, info);
    if (completed !== null) return completed;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  };
}

function leaf(type: GraphQLLeafType): Complete {
  return (execution, _path, value) => {
    const serialised = serialise(type, value);
    if (typeof serialised === 'string') countText(execution, serialised);
    return serialised;
  };
}
