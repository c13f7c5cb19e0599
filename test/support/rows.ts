import { ReferenceKind, type AnyEntity, type EntityClass, type EntityProperty } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { getNamedType, isEnumType, isObjectType, type GraphQLSchema } from 'graphql';
import { newId } from '../../src/database/base.entity.ts';
import type { Client } from './client.ts';
import type { TestServer } from './server.ts';

const rowsOfEach = 40;
const moments = [new Date('2020-01-31T12:00:00Z'), new Date('2090-01-31T12:00:00Z')];

/**
 * Fills the tables of entities with rows drawn at random (the same at each run), whatever their columns are. What the
 * schema calls an enum takes its values, and a relation one of the rows that are there: a table comes after those to
 * which it relates.
 */
export async function fillRows(
  em: EntityManager,
  schema: GraphQLSchema,
  entities: ReadonlyArray<EntityClass<AnyEntity>>,
): Promise<void> {
  for (const [seed, entity] of entities.entries()) {
    const { props, uniques } = em.getMetadata().get(entity);
    // The last column of each key over several tells its rows apart.
    const keys = new Set(uniques.map(({ properties }) => [properties].flat().at(-1)));
    const drawn: Record<string, fc.Arbitrary<unknown>> = {};
    for (const property of props.filter(({ primary, version }) => primary !== true && version !== true))
      drawn[property.name] = await valuesOf(em, schema, entity.name, {
        ...property,
        unique: property.unique === true || keys.has(property.name),
      });
    for (const row of fc.sample(fc.record(drawn), { numRuns: rowsOfEach, seed }))
      em.create(entity, { id: newId(new Date()), ...row, ...versionOf(props) } as never);
    await em.flush();
  }
}

const versionOf = (props: EntityProperty[]): object =>
  Object.fromEntries(props.filter(({ version }) => version === true).map(({ name }) => [name, 1]));

async function valuesOf(
  em: EntityManager,
  schema: GraphQLSchema,
  type: string,
  property: EntityProperty,
): Promise<fc.Arbitrary<unknown>> {
  const values = await presentValuesOf(em, schema, type, property);
  return property.nullable === true ? fc.option(values) : values;
}

async function presentValuesOf(
  em: EntityManager,
  schema: GraphQLSchema,
  type: string,
  { name, kind, runtimeType, targetMeta, unique }: EntityProperty,
): Promise<fc.Arbitrary<unknown>> {
  if (kind === ReferenceKind.MANY_TO_ONE && targetMeta !== undefined)
    return fc.constantFrom(...(await em.find(targetMeta.class, {})));
  if (runtimeType === 'string' && unique === true) return fc.uuid();
  const words = enumValues(schema, type, name) ?? ['a', 'b'];
  if (runtimeType === 'string') return fc.constantFrom(...words);
  if (runtimeType === 'string[]') return fc.subarray([...words]);
  if (runtimeType === 'number') return fc.integer({ min: 0, max: 3 });
  if (runtimeType === 'boolean') return fc.boolean();
  if (runtimeType === 'Date') return fc.constantFrom(...moments);
  if (runtimeType === 'Buffer') return fc.constant(Buffer.alloc(32));
  throw new Error(`No values are known for ${type}.${name}, which is ${runtimeType}.`);
}

/** What a field of this name may be where the schema calls its type an enum. */
function enumValues(schema: GraphQLSchema, typeName: string, fieldName: string): string[] | undefined {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  const named = field === undefined ? undefined : getNamedType(field.type);
  return isEnumType(named) ? named.getValues().map(({ name }) => name) : undefined;
}

/** The id of a row that a client may read; an empty table is filled first, and those to which it relates. */
export async function readableId(
  server: TestServer,
  client: Client,
  entity: EntityClass<AnyEntity & { id: string }>,
): Promise<string> {
  const em = server.database.fork();
  await fillWhereEmpty(em, server.app.schema, entity);
  for (const { id } of await em.find(entity, {})) {
    const { node } = await client.get('query ($id: ID!) { node(id: $id) { id } }', { id });
    if (node !== null) return id;
  }
  throw new Error(`The client may read no ${entity.name}.`);
}

async function fillWhereEmpty(em: EntityManager, schema: GraphQLSchema, entity: EntityClass<AnyEntity>): Promise<void> {
  if ((await em.count(entity)) > 0) return;
  for (const { targetMeta } of em.getMetadata().get(entity).props)
    if (targetMeta !== undefined) await fillWhereEmpty(em, schema, targetMeta.class);
  await fillRows(em, schema, [entity]);
}
