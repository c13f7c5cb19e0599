import { describe, expect, test } from '@jest/globals';
import { GraphQLBoolean, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { GraphQLList, GraphQLUnionType } from 'graphql';
import type { GraphQLIsTypeOfFn, GraphQLTypeResolver } from 'graphql';
import { answerOf, schemaOf } from './support.ts';

const pets = [
  { kind: 'Dog', __typename: 'Dog', name: 'Odie', woofs: true },
  { kind: 'Cat', __typename: 'Cat', name: 'Garfield', meows: false },
];
const query = '{ pets { __typename ... on Dog { name woofs } ... on Cat { name meows } } }';
const answered = {
  data: {
    pets: [
      { __typename: 'Dog', name: 'Odie', woofs: true },
      { __typename: 'Cat', name: 'Garfield', meows: false },
    ],
  },
};

interface Ways {
  readonly isTypeOf?: (name: string) => GraphQLIsTypeOfFn<unknown, unknown>;
  readonly resolveType?: GraphQLTypeResolver<unknown, unknown>;
  readonly found?: readonly unknown[];
}

const abstractKinds = ['interface', 'union'] as const;

function schemaWith(
  kind: (typeof abstractKinds)[number],
  { isTypeOf, resolveType, found = pets }: Ways,
): GraphQLSchema {
  const ofType = resolveType === undefined ? {} : { resolveType };
  const fields = { name: { type: GraphQLString } };
  const face = new GraphQLInterfaceType({ name: 'Pet', fields, ...ofType });
  const types = ['Dog', 'Cat'].map(
    (name) =>
      new GraphQLObjectType({
        name,
        interfaces: kind === 'interface' ? [face] : [],
        fields: { ...fields, [name === 'Dog' ? 'woofs' : 'meows']: { type: GraphQLBoolean } },
        ...(isTypeOf === undefined ? {} : { isTypeOf: isTypeOf(name) }),
      }),
  );
  const pet = kind === 'interface' ? face : new GraphQLUnionType({ name: 'Pet', types, ...ofType });
  const list = { type: new GraphQLList(pet), resolve: () => found };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { pets: list } }), types });
}

const isKind = (value: unknown, name: string) => (value as { kind: string }).kind === name;
const fail = (message: string) => (): never => {
  throw new Error(message);
};

describe.each(abstractKinds)('The concrete type behind a value of an %s', (kind) => {
  test.each<readonly [string, Ways]>([
    ['isTypeOf tells at once', { isTypeOf: (name) => (value) => isKind(value, name) }],
    ['isTypeOf promises', { isTypeOf: (name) => async (value) => isKind(value, name) }],
    [
      'one isTypeOf promises and a later one tells',
      { isTypeOf: (name) => (value) => (name === 'Dog' ? Promise.resolve(isKind(value, name)) : isKind(value, name)) },
    ],
    ['resolveType tells', { resolveType: (value) => (value as { kind: string }).kind }],
    ['resolveType promises', { resolveType: async (value) => (value as { kind: string }).kind }],
    ['the value names by its __typename', {}],
  ])('is the one that %s', async (_how, ways) => {
    const found = ways.isTypeOf === undefined ? pets : pets.map((pet) => ({ ...pet, __typename: undefined }));
    expect(await answerOf(schemaWith(kind, { ...ways, found }), query)).toEqual(answered);
  });

  test.each<readonly [string, Ways, string]>([
    ['isTypeOf throws', { isTypeOf: () => fail('cannot tell'), found: [{ kind: 'Dog' }] }, 'cannot tell'],
    [
      'isTypeOf rejects',
      { isTypeOf: () => async () => fail('cannot tell')(), found: [{ kind: 'Dog' }] },
      'cannot tell',
    ],
    ['resolveType throws', { resolveType: fail('cannot resolve') }, 'cannot resolve'],
    ['resolveType rejects', { resolveType: async () => fail('cannot resolve')() }, 'cannot resolve'],
    [
      'nobody knows it',
      { isTypeOf: () => () => false, found: [{ kind: 'Dog' }] },
      'must resolve to an Object type at runtime for field "Query.pets"',
    ],
    [
      'isTypeOf denies what resolveType says',
      { isTypeOf: () => () => false, resolveType: () => 'Dog' },
      'Expected value of type "Dog" but got: ',
    ],
    [
      'it is a type of elsewhere',
      { resolveType: () => 'Human' },
      'a type "Human" that does not exist inside the schema',
    ],
    ['it is no object type', { resolveType: () => 'String' }, 'was resolved to a non-object type "String"'],
    [
      'it is another type',
      { resolveType: () => 'Query' },
      'Runtime Object type "Query" is not a possible type for "Pet"',
    ],
    ['it is no name', { resolveType: () => [] as unknown as string }, 'received "[]"'],
    ['it is undefined', { resolveType: () => undefined }, 'must resolve to an Object type at runtime'],
    [
      'it is a type in the place of its name',
      { resolveType: (_value, _context, { schema }) => schema.getType('Dog') as unknown as string },
      'Support for returning GraphQLObjectType from resolveType was removed',
    ],
  ])('is an error if %s', async (_how, ways, message) => {
    const { data, errors } = await answerOf(schemaWith(kind, { found: [pets[0]], ...ways }), query);
    expect(data).toEqual({ pets: [null] });
    expect(errors?.['pets.0']).toContain(message);
  });
});

test('an object of a concrete type is checked by its isTypeOf', async () => {
  const type = (isTypeOf: GraphQLIsTypeOfFn<unknown, unknown>) =>
    new GraphQLObjectType({ name: 'Special', isTypeOf, fields: { value: { type: GraphQLString } } });
  for (const isTypeOf of [
    (value: unknown) => isKind(value, 'Special'),
    async (value: unknown) => isKind(value, 'Special'),
  ]) {
    const special = {
      type: new GraphQLList(type(isTypeOf)),
      resolve: () => [{ kind: 'Special', value: 'foo' }, { kind: 'Other' }],
    };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { special } }) });
    expect(await answerOf(schema, '{ special { value } }')).toEqual({
      data: { special: [{ value: 'foo' }, null] },
      errors: { 'special.1': 'Expected value of type "Special" but got: { kind: "Other" }.' },
    });
  }
});

describe('Fragments on abstract types', () => {
  const sdl = `
    interface Life { progeny: [Life] }
    interface Named { name: String }
    interface Mammal implements Life { progeny: [Life] mother: Mammal }
    type Dog implements Mammal & Life & Named { name: String barks: Boolean progeny: [Life] mother: Mammal }
    type Plant implements Life { progeny: [Life] }
    union Any = Dog | Plant
    type Query { all: [Any] named: Named life: Life }`;
  const dog = {
    __typename: 'Dog',
    name: 'Odie',
    barks: true,
    progeny: [] as unknown[],
    mother: { __typename: 'Dog', name: 'Mum' },
  };
  dog.progeny = [dog.mother];
  const schema = schemaOf(sdl, {
    Query: { all: () => [dog, { __typename: 'Plant' }], named: () => dog, life: async () => dog },
  });

  test('apply to every type that is one of them', async () => {
    const text = `{ all { ...Living ... on Named { name } ... on Any { __typename } } }
      fragment Living on Life { progeny { ...Bred } }
      fragment Bred on Mammal { mother { __typename } ... on Dog { name } }`;
    expect(await answerOf(schema, text)).toEqual({
      data: {
        all: [
          { progeny: [{ mother: null, name: 'Mum' }], name: 'Odie', __typename: 'Dog' },
          { progeny: null, __typename: 'Plant' },
        ],
      },
    });
  });

  test('merge with what stands beside them', async () => {
    const text =
      '{ life { progeny { __typename } ... on Dog { progeny { ... on Dog { name } } mother { progeny { __typename } } } ... on Mammal { mother { ... on Named { name } } } } }';
    expect(await answerOf(schema, text)).toEqual({
      data: { life: { progeny: [{ __typename: 'Dog', name: 'Mum' }], mother: { progeny: null, name: 'Mum' } } },
    });
  });

  test('on unknown types apply to nothing', async () => {
    expect(await answerOf(schema, '{ named { name ... on Nothing { name again: name } ...Missing } }')).toEqual({
      data: { named: { name: 'Odie' } },
    });
  });

  test('can be introspected', async () => {
    const text =
      '{ __schema { queryType { name } } named: __type(name: "Named") { kind possibleTypes { name } } any: __type(name: "Any") { possibleTypes { name } } }';
    expect(await answerOf(schema, text)).toEqual({
      data: {
        __schema: { queryType: { name: 'Query' } },
        named: { kind: 'INTERFACE', possibleTypes: [{ name: 'Dog' }] },
        any: { possibleTypes: [{ name: 'Dog' }, { name: 'Plant' }] },
      },
    });
  });
});
