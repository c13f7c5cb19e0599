import {
  defaultFieldResolver,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isLeafType,
  isNonNullType,
} from 'graphql';
import { planArguments } from './arguments.ts';
import { collectFields, type Selecting } from './collect-fields.ts';
import { completerOf } from './complete.ts';
import { guardedReadsOf } from './guarded-reads.ts';
import { callCode, leafCodeOf, typenameCode } from './leaf.ts';
import type { FieldPlan, SelectionPlan } from './plan.ts';

type Field = GraphQLField<unknown, unknown>;

/** Called for each field that a plan counts on, with the resolver that it had. */
export type OnPlanned = (definition: Field) => void;

/** Plans the fields that are selected on a type below some field nodes, or at the root of an operation. */
export function planSelection(
  selecting: Selecting,
  type: GraphQLObjectType,
  nodes: ReadonlyArray<Pick<FieldNode, 'selectionSet'>>,
  onPlanned: OnPlanned,
): SelectionPlan {
  const sets = nodes.map(({ selectionSet }) => selectionSet);
  const fields = [...collectFields(selecting, type, sets)].flatMap(([key, found]) => {
    const [first] = found;
    const definition = first && definitionOf(selecting.schema, type, first.name.value);
    // graphql-js passes over what the type does not have; validation refuses it before.
    if (first === undefined || definition === undefined) return [];
    onPlanned(definition);
    return [planField(selecting, type, definition, key, [first, ...found.slice(1)], onPlanned)];
  });
  return { fields, guarded: guardedReadsOf(fields, openTwin) };
}

function definitionOf(schema: GraphQLSchema, type: GraphQLObjectType, name: string): Field | undefined {
  if (schema.getQueryType() === type) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : type.getFields()[name];
}

const answerTypeName = TypeNameMetaFieldDef.resolve;

function planField(
  selecting: Selecting,
  parentType: GraphQLObjectType,
  definition: Field,
  key: string,
  nodes: readonly [FieldNode, ...FieldNode[]],
  onPlanned: OnPlanned,
): FieldPlan {
  const { argumentsOf, mayFail } = planArguments(definition, nodes[0]);
  const place = { parentType, definition, nodes };
  // A field whose arguments may be wrong has to look at them, even if it reads a property.
  const resolve = definition.resolve ?? (mayFail ? defaultFieldResolver : undefined);
  const complete = completerOf(place, definition.type, (type, below) =>
    planSelection(selecting, type, below, onPlanned),
  );
  return fieldOf({ ...place, key, argumentsOf, mayFail, complete }, resolve);
}

type Parts = Pick<FieldPlan, 'key' | 'parentType' | 'definition' | 'nodes' | 'argumentsOf' | 'mayFail' | 'complete'>;

/** Makes every field plan, in one place: objects of one shape are read faster than those of two. */
function fieldOf(parts: Parts, resolve: FieldPlan['resolve']): FieldPlan {
  const { key, parentType, definition, nodes, argumentsOf, mayFail, complete } = parts;
  return {
    key,
    name: definition.name,
    code: codeOf(definition, resolve),
    mayBeNull: !isNonNullType(definition.type),
    resolve,
    argumentsOf,
    mayFail,
    complete,
    parentType,
    definition,
    nodes,
  };
}

/** Returns a guarded field as it is once its requirement is met: a property is read. */
const openTwin = (field: FieldPlan): FieldPlan | undefined => (field.mayFail ? undefined : fieldOf(field, undefined));

function codeOf(definition: Field, resolve: FieldPlan['resolve']): number {
  if (definition === TypeNameMetaFieldDef && resolve === answerTypeName) return typenameCode;
  const type = getNullableType(definition.type);
  return resolve === undefined && isLeafType(type) ? leafCodeOf(type) : callCode;
}
