import {
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { mapMaybePromise } from '../model/maybe-promise.ts';
import { unrestricted } from '../schema/requirement-table.ts';
import { abstractRowGuard } from './abstract-type-guard.ts';
import { denialOf } from './decisions.ts';
import { baseResolver, type Guard, type Resolver } from './guard.ts';
import { currentOperation } from './operation.ts';
import { requestedFields } from './requested-fields.ts';
import { rowGuard } from './row-guard.ts';
import { refusedRow, type ResponsePosition, type ValueGuard } from './value-guard.ts';

/** Finds the field `node` of an edge: a type whose name ends in `Edge` (Relay's cursor connections, §3). */
export function nodeFieldOf(type: GraphQLObjectType): GraphQLField<unknown, unknown> | undefined {
  return type.name.endsWith('Edge') ? type.getFields()['node'] : undefined;
}

/**
 * Guards the edges of a list: a refused node takes its edge along, whether or not the node is selected, because cursors
 * and counts would tell of it. The node is resolved once, ahead of its edge, and handed on to the field.
 */
export function edgeGuard(guard: Guard, schema: GraphQLSchema, edge: GraphQLObjectType): ValueGuard | undefined {
  const field = nodeFieldOf(edge);
  const evaluateNode = field && nodeGuard(guard, schema, field);
  if (field === undefined || evaluateNode === undefined) return undefined;
  const resolve = baseResolver(guard, field.resolve);
  const requirement = guard.model.fields.get(`${edge.name}.node`)?.requirement ?? unrestricted;
  return (position) => {
    // A refused field reports that at its own path.
    if (denialOf(position.operation, requirement) !== undefined) return (value) => value;
    const nodes = nodesOf(position.info, edge);
    return (value, index = 0) => {
      if (typeof value !== 'object' || value === null) return refusedRow;
      if (position.operation.nodes?.has(value)) return value;
      const info = nodeInfo(position.info, edge, field, nodes, index);
      const evaluate = evaluateNode({ ...position, info });
      return mapMaybePromise(resolve(value, {}, position.contextValue, info), (node) => {
        if (node === null || node === undefined || node instanceof Error) return keep(position, value, node);
        return mapMaybePromise(evaluate(node), (checked) =>
          checked === refusedRow ? refusedRow : keep(position, value, checked),
        );
      });
    };
  };
}

function nodeGuard(guard: Guard, schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): ValueGuard | undefined {
  const named = getNamedType(field.type);
  if (isAbstractType(named)) return abstractRowGuard(guard, schema, named);
  const actions = guard.model.types.get(named.name)?.actions ?? [];
  return isObjectType(named) && actions.length > 0 ? rowGuard(named.name, actions) : undefined;
}

function keep({ operation }: ResponsePosition, edge: object, node: unknown): object {
  operation.nodes ??= new WeakMap();
  operation.nodes.set(edge, node);
  return edge;
}

/** Lets the field `node` of an edge return what was resolved ahead. With arguments it resolves anew. */
export function withNodeAhead(guard: Guard, resolve: Resolver): Resolver {
  return (edge, args, contextValue, info) => {
    const { nodes } = currentOperation(guard, info, contextValue);
    const isKnown = typeof edge === 'object' && edge !== null && nodes?.has(edge) && Object.keys(args).length === 0;
    return isKnown ? nodes?.get(edge) : resolve(edge, args, contextValue, info);
  };
}

const unselectedNode: readonly FieldNode[] = [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'node' } }];

function nodesOf(info: GraphQLResolveInfo, edge: GraphQLObjectType): readonly FieldNode[] {
  const known = info.schema.getType(edge.name);
  const sets = info.fieldNodes.map(({ selectionSet }) => selectionSet);
  const fields = isObjectType(known) ? requestedFields(info, known, sets) : new Map<string, readonly FieldNode[]>();
  return [...fields.values()].find(([node]) => node?.name.value === 'node') ?? unselectedNode;
}

function nodeInfo(
  info: GraphQLResolveInfo,
  edge: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  fieldNodes: readonly FieldNode[],
  index: number,
): GraphQLResolveInfo {
  const key = fieldNodes[0]?.alias?.value ?? 'node';
  const item = { prev: info.path, key: index, typename: undefined };
  const path = { prev: item, key, typename: edge.name };
  return { ...info, fieldName: 'node', fieldNodes, parentType: edge, returnType: field.type, path };
}
