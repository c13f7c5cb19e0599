import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { mapMaybePromise } from '../model/maybe-promise.ts';
import { refusalOf, rowDenialCode, rowEvaluatorFor } from './decisions.ts';
import { nodeFieldOf } from './edge-guard.ts';
import { baseResolver, type Guard, type Operation, type Resolver } from './guard.ts';
import { currentOperation } from './operation.ts';
import { resultCheck, type ResultCheck } from './result-guard.ts';

type Field = GraphQLField<unknown, unknown>;

/** The list of a connection by which its count and its cursors are checked. */
interface CountedList {
  readonly parent: GraphQLObjectType;
  readonly field: Field;
  /** The types of its rows that have a policy. */
  readonly types: readonly string[];
  readonly check: ResultCheck;
}

/** The fields of a connection that tell of its rows without showing any: a cursor is made of one. */
const telling: ReadonlySet<string> = new Set(['totalCount', 'pageInfo']);

/**
 * Finds the guarded list beside a `totalCount` or a `pageInfo`, as Relay's connections have them: `nodes`, or `edges`.
 * `undefined` if the field is neither, or if its rows have no policy.
 */
export function countedList(
  guard: Guard,
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  fieldName: string,
): CountedList | undefined {
  if (!telling.has(fieldName)) return undefined;
  const fields = parent.getFields();
  for (const field of [fields['nodes'], fields['edges']]) {
    if (field === undefined || !isListType(getNullableType(field.type)) || field.args.some(isRequiredArgument))
      continue;
    const check = resultCheck(guard, schema, field.type);
    const types = rowTypesOf(guard, schema, field);
    if (check !== undefined && types.length > 0) return { parent, field, types, check };
  }
  return undefined;
}

function rowTypesOf(guard: Guard, schema: GraphQLSchema, field: Field): readonly string[] {
  const item = getNamedType(field.type);
  const node = isObjectType(item) ? nodeFieldOf(item) : undefined;
  const row = node === undefined ? item : getNamedType(node.type);
  const possible = isAbstractType(row) ? schema.getPossibleTypes(row).map(({ name }) => name) : [row.name];
  return possible.filter((name) => (guard.model.types.get(name)?.actions ?? []).length > 0);
}

/**
 * Withholds the count of a connection, or its cursors, if its page holds a row that the policy refuses: its service did
 * not ask for the policy's filter, so they tell of rows that the caller may not see.
 */
export function withCount(guard: Guard, counted: CountedList, resolve: Resolver): Resolver {
  const resolveList = baseResolver(guard, counted.field.resolve);
  return (source, args, contextValue, info) => {
    const operation = currentOperation(guard, info, contextValue);
    if (seesAll(operation, counted)) return resolve(source, args, contextValue, info);
    const at = listInfo(info, counted);
    const listArgs = getArgumentValues(
      counted.field,
      at.fieldNodes[0] ?? listNode(counted.field.name),
      info.variableValues,
    );
    return mapMaybePromise(resolveList(source, listArgs, contextValue, at), (list) => {
      const size = sizeOf(list);
      if (size === undefined) return resolve(source, args, contextValue, info);
      return mapMaybePromise(counted.check(list, { operation, contextValue, info: at }), (checked) => {
        if (sizeOf(checked) !== size) throw refusalOf(operation, rowDenialCode(operation));
        return resolve(source, args, contextValue, info);
      });
    });
  };
}

/** Tells whether the policies let this principal see every row, so that there is nothing to check. */
function seesAll(operation: Operation, { types }: CountedList): boolean {
  return types.every((type) =>
    (operation.guard.model.types.get(type)?.actions ?? []).every(
      (action) => rowEvaluatorFor(operation, type, action).residual === true,
    ),
  );
}

/** Counts the items of a list; `undefined` for what could be read only once, and is left to its own field. */
function sizeOf(list: unknown): number | undefined {
  if (typeof list !== 'object' || list === null || !(Symbol.iterator in list)) return undefined;
  if ('length' in list && typeof list.length === 'number') return list.length;
  return 'size' in list && typeof list.size === 'number' ? list.size : undefined;
}

function listNode(name: string): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } };
}

function listInfo(info: GraphQLResolveInfo, { parent, field }: CountedList): GraphQLResolveInfo {
  const path = { prev: info.path.prev, key: field.name, typename: parent.name };
  return { ...info, fieldName: field.name, fieldNodes: [listNode(field.name)], returnType: field.type, path };
}
