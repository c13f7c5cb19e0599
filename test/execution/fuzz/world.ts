import {
  getNullableType,
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import type {
  GraphQLFieldConfig,
  GraphQLFieldConfigArgumentMap,
  GraphQLNamedOutputType,
  GraphQLOutputType,
} from 'graphql';
import { diceOf } from './random.ts';
import type { Dice } from './random.ts';
import { isTypeOfBy, resolveBy, resolveTypeBy, serializeOdd } from './values.ts';

/** A random schema, whose resolvers do what the seed of the object says that they are called on. */
export interface World {
  readonly schema: GraphQLSchema;
  readonly objects: readonly GraphQLObjectType[];
  readonly composites: readonly GraphQLNamedOutputType[];
}

const FIELDS = ['f0', 'f1', 'f2', 'f3', 'f4'] as const;
const SHARED = ['g0', 'g1'] as const;

type Config = GraphQLFieldConfig<unknown, unknown>;

export function worldOf(seed: number): World {
  const dice = diceOf(seed);
  const kind = new GraphQLEnumType({
    name: 'Kind',
    values: { LOW: { value: 0 }, HIGH: { value: 'high' }, ODD: { value: { isOdd: true } } },
  });
  const odd = new GraphQLScalarType({ name: 'Odd', serialize: serializeOdd });
  const filter: GraphQLInputObjectType = new GraphQLInputObjectType({
    name: 'Filter',
    fields: () => ({
      text: { type: GraphQLString, defaultValue: 'some' },
      many: { type: new GraphQLList(new GraphQLNonNull(GraphQLInt)), defaultValue: [1, 2] },
      kind: { type: kind, defaultValue: 'high' },
      needed: { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: true },
      within: { type: filter },
    }),
  });
  const leaves = [GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean, GraphQLID, kind, odd] as const;
  const composites: GraphQLNamedOutputType[] = [];

  const typeFor = (): GraphQLOutputType => {
    const isLeaf = dice.roll(5) < 2;
    const named = isLeaf ? dice.pick(leaves) : (composites[dice.roll(composites.length)] ?? GraphQLInt);
    return wrapped(named, dice);
  };
  const args = (): GraphQLFieldConfigArgumentMap => ({
    n: {
      type: dice.oneIn(12) ? new GraphQLNonNull(GraphQLInt) : GraphQLInt,
      ...(dice.oneIn(3) ? { defaultValue: 7 } : {}),
    },
    list: { type: new GraphQLList(GraphQLString), ...(dice.oneIn(3) ? { defaultValue: ['a'] } : {}) },
    kind: { type: kind },
    filter: { type: filter, ...(dice.oneIn(4) ? { defaultValue: { text: 'default' } } : {}) },
  });
  const fieldFor = (): Config => ({
    type: typeFor(),
    ...(dice.oneIn(3) ? { args: args() } : {}),
    ...(dice.oneIn(2) ? { resolve: resolveBy } : {}),
  });
  const fieldsOf = (names: readonly string[]): Record<string, Config> =>
    Object.fromEntries(names.map((name) => [name, fieldFor()]));
  // Interfaces decide the types of their fields; each object type has resolvers of its own for them.
  const ofObject = (fields: Record<string, Config>): Record<string, Config> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, { type, args: taken }]) => [
        name,
        { type, ...(taken ? { args: taken } : {}), ...(dice.oneIn(2) ? { resolve: resolveBy } : {}) },
      ]),
    );
  const sharedFields = once(() => fieldsOf(SHARED));
  const resolvesType = () => (dice.oneIn(2) ? { resolveType: resolveTypeBy } : {});

  const named = new GraphQLInterfaceType({
    name: 'Named',
    fields: () => ofInterface(sharedFields()),
    ...resolvesType(),
  });
  const owned = new GraphQLInterfaceType({
    name: 'Owned',
    interfaces: [named],
    fields: () => ofInterface(sharedFields()),
    ...resolvesType(),
  });
  const objects = ['A', 'B', 'C', 'D'].map((name) => {
    const interfaces = [[], [named], [named, owned]][name === 'A' ? 2 : dice.roll(3)] ?? [];
    return new GraphQLObjectType({
      name,
      interfaces,
      ...(dice.oneIn(3) ? { isTypeOf: isTypeOfBy(name) } : {}),
      fields: () => ({ ...(interfaces.length > 0 ? ofObject(sharedFields()) : {}), ...fieldsOf(FIELDS) }),
    });
  });
  const union = new GraphQLUnionType({
    name: 'Any',
    types: objects.filter((_, at) => at === 0 || dice.oneIn(2)),
    ...resolvesType(),
  });
  composites.push(...objects, ...objects, named, owned, union);

  const [query, mutation] = ['Query', 'Mutation'].map(
    (name) => new GraphQLObjectType({ name, fields: () => nullable(fieldsOf(FIELDS)) }),
  );
  const schema = new GraphQLSchema({ query: query ?? null, mutation: mutation ?? null, types: objects });
  return { schema, objects, composites: [...objects, named, owned, union] };
}

/** Where all root fields could take the whole answer along, there would be little to compare. */
function nullable(fields: Record<string, Config>): Record<string, Config> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, config]) => [
      name,
      name === 'f0' ? config : { ...config, type: getNullableType(config.type) },
    ]),
  );
}

function ofInterface(fields: Record<string, Config>): Record<string, Config> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { type, args }]) => [name, { type, ...(args ? { args } : {}) }]),
  );
}

/** Lists of lists, with a place for null, or none, at every level. */
function wrapped(type: GraphQLNamedOutputType, dice: Dice): GraphQLOutputType {
  let result: GraphQLOutputType = dice.oneIn(4) ? new GraphQLNonNull(type) : type;
  for (let depth = 0; depth < 2 && dice.oneIn(depth === 0 ? 2 : 4); depth += 1) {
    const list: GraphQLList<GraphQLOutputType> = new GraphQLList(result);
    result = dice.oneIn(4) ? new GraphQLNonNull(list) : list;
  }
  return result;
}

function once<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}
