import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { mapMaybePromise } from '../model/maybe-promise.ts';
import { idOf } from '../policy/value.ts';
import { abstractRowGuard } from './abstract-type-guard.ts';
import { refusalOf } from './decisions.ts';
import { edgeGuard } from './edge-guard.ts';
import { enumValueGuard } from './enum-guard.ts';
import type { Guard, Resolver } from './guard.ts';
import { checkList, type ListRule } from './list-guard.ts';
import { currentOperation } from './operation.ts';
import { rowGuard } from './row-guard.ts';
import { refusedRow, type ResponsePosition, type ValueGuard } from './value-guard.ts';

/** Checks what a field returned, through lists. Returns `refusedRow` for a single row that was refused. */
export type ResultCheck = (value: unknown, position: ResponsePosition) => unknown;

/** Prepares the check of what a field returns; `undefined` if nothing depends on the value itself. */
export function resultCheck(
  guard: Guard,
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  isPositional = false,
): ResultCheck | undefined {
  const item = itemGuardOf(guard, schema, type);
  return (
    item &&
    ((value, position) => {
      const onRefused = (row: unknown): void => reportSlip(position, row);
      return checkValue(getNullableType(type), value, item(position), { isPositional, onRefused });
    })
  );
}

function itemGuardOf(guard: Guard, schema: GraphQLSchema, type: GraphQLOutputType): ValueGuard | undefined {
  const named = getNamedType(type);
  if (isEnumType(named)) return enumValueGuard(named, guard.model);
  if (isAbstractType(named)) return abstractRowGuard(guard, schema, named);
  if (!isObjectType(named)) return undefined;
  const actions = guard.model.types.get(named.name)?.actions ?? [];
  const row = actions.length > 0 ? rowGuard(named.name, actions) : undefined;
  const edge = isListType(getNullableType(type)) ? edgeGuard(guard, schema, named) : undefined;
  return row && edge ? inTurn(row, edge) : (row ?? edge);
}

function inTurn(first: ValueGuard, second: ValueGuard): ValueGuard {
  return (position) => {
    const [evaluateFirst, evaluateSecond] = [first(position), second(position)];
    return (value, index) =>
      mapMaybePromise(evaluateFirst(value, index), (checked) =>
        checked === refusedRow ? refusedRow : evaluateSecond(checked, index),
      );
  };
}

function checkValue(
  type: GraphQLOutputType,
  value: unknown,
  check: (value: unknown, index?: number) => unknown,
  rule: ListRule,
): unknown {
  if (value === null || value === undefined || value instanceof Error) return value;
  if (!isListType(type)) return check(value);
  const item = getNullableType(type.ofType);
  const checkItem = isListType(item) ? (inner: unknown) => checkValue(item, inner, check, rule) : check;
  return checkList(value, checkItem, rule);
}

/** Logs a row that the service should have left out by the policy's `where`: it costs time, and shows in counts. */
function reportSlip({ operation, info }: ResponsePosition, row: unknown): void {
  const type = getNamedType(info.returnType).name;
  const coordinate = `${info.parentType.name}.${info.fieldName}`;
  const id = idOf(row);
  const message = `${coordinate} returned a row of ${type} that the policy refuses; it was left out.`;
  operation.log({ kind: 'row', type, coordinate, message, ...(id === undefined ? {} : { id }) });
}

/**
 * Checks what a resolver returned. A refused row is as if absent: null, and in a non-null field `NOT_FOUND`. The
 * operation is looked up afterwards, because a resolver that signs a user in changes whose rights count.
 */
export function withResult(guard: Guard, type: GraphQLOutputType, check: ResultCheck, resolve: Resolver): Resolver {
  const mayBeNull = !isNonNullType(type);
  return (source, args, contextValue, info) =>
    mapMaybePromise(resolve(source, args, contextValue, info), (value) => {
      if (value === null || value === undefined) return value;
      const operation = currentOperation(guard, info, contextValue);
      return mapMaybePromise(check(value, { operation, contextValue, info }), (checked) => {
        if (checked !== refusedRow) return checked;
        if (mayBeNull) return null;
        throw refusalOf(operation, 'NOT_FOUND');
      });
    });
}
