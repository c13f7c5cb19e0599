import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** The end of a relation, to which a property of a type's rows leads. */
export interface Relation {
  /** The type of the rows behind the property; `undefined` for a list of bare ids. */
  readonly type: string | undefined;
  /** True if the property holds several rows, or the ids of several. */
  readonly isMany: boolean;
}

/** Tells where a property of a type's rows leads; `undefined` for a plain value, or if nothing is known. */
export type RelationOf = (type: string, property: string) => Relation | undefined;

/** The sources in which relations are found: the host's word first, then the SDL, then names. */
export interface RelationSources {
  readonly relations?: RelationOf | undefined;
  readonly schema?: GraphQLSchema | (() => GraphQLSchema) | undefined;
  /** The types that have a policy. */
  readonly policies: Pick<ReadonlyMap<string, unknown>, 'has'>;
}

export function createRelations({ relations, schema, policies }: RelationSources): RelationOf {
  return (type, property) => {
    const known = relations?.(type, property);
    if (known !== undefined) return known;
    if (schema === undefined) return relationByName(policies, property);
    return relationIn(typeof schema === 'function' ? schema() : schema, type, property);
  };
}

/** Reads a relation off the SDL: the field of the same name returns a row, a list of rows, a connection, or ids. */
function relationIn(schema: GraphQLSchema, type: string, property: string): Relation | undefined {
  const parent = schema.getType(type);
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  const field = parent.getFields()[property];
  if (field === undefined) return undefined;
  const target = getNamedType(field.type);
  const isList = isListType(getNullableType(field.type));
  if (!isCompositeType(target)) return isList ? { type: undefined, isMany: true } : undefined;
  const node = isList ? undefined : nodeTypeOf(field.type);
  return node === undefined ? { type: target.name, isMany: isList } : { type: node, isMany: true };
}

/** Finds the type of a connection's nodes (Relay's cursor connections §2). */
function nodeTypeOf(type: GraphQLOutputType): string | undefined {
  const connection = getNamedType(type);
  if (!isObjectType(connection) || !connection.name.endsWith('Connection')) return undefined;
  const { nodes, edges } = connection.getFields();
  if (nodes !== undefined) return getNamedType(nodes.type).name;
  const edge = edges && getNamedType(edges.type);
  const node = isObjectType(edge) ? edge.getFields()['node'] : undefined;
  return node && getNamedType(node.type).name;
}

/** Guesses a relation by its name: `article` holds an `Article`, if that has a policy. */
function relationByName(policies: RelationSources['policies'], property: string): Relation | undefined {
  const name = property.charAt(0).toUpperCase() + property.slice(1);
  return policies.has(name) ? { type: name, isMany: false } : undefined;
}
