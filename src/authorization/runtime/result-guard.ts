import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLOutputType, GraphQLSchema } from 'graphql';
import { refusal } from '../errors.ts';
import { idOf } from '../policy/value.ts';
import { abstractRowGuard } from './abstract-guard.ts';
import { edgeGuard } from './edge-guard.ts';
import { enumValueGuard } from './enum-guard.ts';
import type { Guard, Resolver } from './guard.ts';
import type { ItemGuard, Place } from './item-guard.ts';
import { checkList } from './list-guard.ts';
import { currentOperation } from './operation.ts';
import { proceed } from './promises.ts';
import { REFUSED } from './refused.ts';
import { rowGuard } from './row-guard.ts';

/** Checks what a field returned, lists and all; answers `REFUSED` for a single row that was refused. */
export type ResultCheck = (value: unknown, place: Place) => unknown;

/** The check of what a field returns; `undefined` where nothing depends on the value itself. */
export function resultCheck(guard: Guard, schema: GraphQLSchema, type: GraphQLOutputType): ResultCheck | undefined {
  const item = itemGuardOf(guard, schema, type);
  return item && ((value, place) => checkValue(getNullableType(type), value, item(place), place));
}

function itemGuardOf(guard: Guard, schema: GraphQLSchema, type: GraphQLOutputType): ItemGuard | undefined {
  const named = getNamedType(type);
  if (isEnumType(named)) return enumValueGuard(named, guard.model);
  if (isAbstractType(named)) return abstractRowGuard(guard, schema, named);
  if (!isObjectType(named)) return undefined;
  const actions = guard.model.types.get(named.name)?.actions ?? [];
  const row = actions.length > 0 ? rowGuard(named.name, actions) : undefined;
  const edge = isListType(getNullableType(type)) ? edgeGuard(guard, schema, named) : undefined;
  return row && edge ? inTurn(row, edge) : (row ?? edge);
}

function inTurn(first: ItemGuard, second: ItemGuard): ItemGuard {
  return (place) => {
    const [judgeFirst, judgeSecond] = [first(place), second(place)];
    return (value, index) =>
      proceed(judgeFirst(value, index), (judged) => (judged === REFUSED ? REFUSED : judgeSecond(judged, index)));
  };
}

function checkValue(
  type: GraphQLOutputType,
  value: unknown,
  check: (value: unknown, index?: number) => unknown,
  place: Place,
): unknown {
  if (value === null || value === undefined || value instanceof Error) return value;
  if (!isListType(type)) return check(value);
  const item = getNullableType(type.ofType);
  const checkItem = isListType(item) ? (inner: unknown) => checkValue(item, inner, check, place) : check;
  return checkList(value, checkItem, (refused) => reportSlip(place, refused));
}

/** The list should have been filtered by the policy's `where`: what slips through costs time, and tells counts. */
function reportSlip({ operation, info }: Place, row: unknown): void {
  const type = getNamedType(info.returnType).name;
  const coordinate = `${info.parentType.name}.${info.fieldName}`;
  const id = idOf(row);
  const message = `${coordinate} returned a row of ${type} that the policy refuses; it was left out.`;
  operation.log({ kind: 'row', type, coordinate, message, ...(id === undefined ? {} : { id }) });
}

/**
 * Judges what a resolver returned. A refused row is as if absent: null, and where null may not be, `NOT_FOUND`. The
 * operation is looked up afterwards, because a resolver that signs somebody in changes whose rights count.
 */
export function withResult(guard: Guard, type: GraphQLOutputType, check: ResultCheck, resolve: Resolver): Resolver {
  const mayBeNull = !isNonNullType(type);
  return (source, args, contextValue, info) =>
    proceed(resolve(source, args, contextValue, info), (value) => {
      if (value === null || value === undefined) return value;
      const operation = currentOperation(guard, info, contextValue);
      return proceed(check(value, { operation, contextValue, info }), (checked) => {
        if (checked !== REFUSED) return checked;
        if (mayBeNull) return null;
        throw refusal('NOT_FOUND');
      });
    });
}
