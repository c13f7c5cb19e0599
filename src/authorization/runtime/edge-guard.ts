import { getNamedType, isAbstractType, isObjectType, Kind } from 'graphql';
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { OPEN } from '../schema/requirement-table.ts';
import { abstractRowGuard } from './abstract-guard.ts';
import { baseResolver } from './base-resolver.ts';
import type { Guard, Resolver } from './guard.ts';
import type { ItemGuard, Place } from './item-guard.ts';
import { currentOperation, denialOf } from './operation.ts';
import { proceed } from './promises.ts';
import { REFUSED } from './refused.ts';
import { rowGuard } from './row-guard.ts';
import { collectFields } from './selection.ts';

/** An edge, as Relay has it: a type whose name ends so, with a field `node`. */
export function nodeFieldOf(type: GraphQLObjectType): GraphQLField<unknown, unknown> | undefined {
  return type.name.endsWith('Edge') ? type.getFields()['node'] : undefined;
}

/**
 * A refused node takes its edge along, whether or not the node is selected: cursors and counts would tell of it. The
 * node is resolved once, ahead of its edge, and handed on to the field.
 */
export function edgeGuard(guard: Guard, schema: GraphQLSchema, edge: GraphQLObjectType): ItemGuard | undefined {
  const field = nodeFieldOf(edge);
  const judgeNode = field && nodeGuard(guard, schema, field);
  if (field === undefined || judgeNode === undefined) return undefined;
  const resolve = baseResolver(guard, field.resolve);
  const requirement = guard.model.fields.get(`${edge.name}.node`)?.requirement ?? OPEN;
  return (place) => {
    // Where the field itself is refused, it says so in its own place.
    if (denialOf(place.operation, requirement) !== undefined) return (value) => value;
    const nodes = nodesOf(place.info, edge);
    return (value, index = 0) => {
      if (typeof value !== 'object' || value === null) return REFUSED;
      const info = nodeInfo(place.info, edge, field, nodes, index);
      const judge = judgeNode({ ...place, info });
      return proceed(resolve(value, {}, place.contextValue, info), (node) => {
        if (node === null || node === undefined || node instanceof Error) return keep(place, value, node);
        return proceed(judge(node), (judged) => (judged === REFUSED ? REFUSED : keep(place, value, judged)));
      });
    };
  };
}

function nodeGuard(guard: Guard, schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): ItemGuard | undefined {
  const named = getNamedType(field.type);
  if (isAbstractType(named)) return abstractRowGuard(guard, schema, named);
  const actions = guard.model.types.get(named.name)?.actions ?? [];
  return isObjectType(named) && actions.length > 0 ? rowGuard(named.name, actions) : undefined;
}

function keep({ operation }: Place, edge: object, node: unknown): object {
  operation.nodes.set(edge, node);
  return edge;
}

/** The field `node` of an edge takes what was resolved ahead. With arguments there is no telling, so it resolves anew. */
export function withNodeAhead(guard: Guard, resolve: Resolver): Resolver {
  return (edge, args, contextValue, info) => {
    const { nodes } = currentOperation(guard, info, contextValue);
    const isKnown = typeof edge === 'object' && edge !== null && nodes.has(edge) && Object.keys(args).length === 0;
    return isKnown ? nodes.get(edge) : resolve(edge, args, contextValue, info);
  };
}

const UNSELECTED: readonly FieldNode[] = [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'node' } }];

function nodesOf(info: GraphQLResolveInfo, edge: GraphQLObjectType): readonly FieldNode[] {
  const known = info.schema.getType(edge.name);
  const sets = info.fieldNodes.map(({ selectionSet }) => selectionSet);
  const fields = isObjectType(known) ? collectFields(info, known, sets) : new Map<string, readonly FieldNode[]>();
  return [...fields.values()].find(([node]) => node?.name.value === 'node') ?? UNSELECTED;
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
