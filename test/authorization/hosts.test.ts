import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from '@jest/globals';
import { executeSync, graphql, isObjectType, parse } from 'graphql';
import { accessDirectives, guardSchema } from '../../src/authorization/index.ts';
import { build, roles, run, user } from './support.ts';

/** The guard is in the schema: whoever executes it, with whatever context. */

const sdl =
  'type Query { open: Int @public secret: Int @auth plain: Thing @public } type Thing { a: Int b: Int @auth }';
const resolvers = { Query: { open: () => 1, secret: () => 2, plain: () => ({ a: 1 }) } };
const context: unknown[] = [undefined, null, 0, '', 'text', {}, Object.freeze({}), Object.create(null), new Map()];

test.each(context.map((value) => [value]))('a context that is %p', async (contextValue) => {
  const { schema } = build({ sdl, resolvers, principal: () => ({ kind: 'anonymous' }) });
  expect((await run(schema, '{ open secret plain { a b } }', contextValue)).codes).toEqual({
    secret: 'UNAUTHENTICATED',
    'plain.b': 'UNAUTHENTICATED',
  });
});

test('without a promise, where no resolver makes one', () => {
  const { schema } = build({ sdl, resolvers });
  const result = executeSync({ schema, document: parse('{ open secret plain { a } }'), contextValue: user('u') });
  expect(result).toEqual({ data: { open: 1, secret: 2, plain: { a: 1 } } });
});

test('plain `graphql`', async () => {
  const { schema } = build({ sdl, resolvers });
  expect((await graphql({ schema, source: '{ secret }', contextValue: user('u') })).data).toEqual({ secret: 2 });
});

test('Apollo Server', async () => {
  const { schema } = build({
    sdl,
    resolvers,
    principal: ({ caller }: { caller: string }) => (caller ? user(caller) : { kind: 'anonymous' }),
  });
  const server = new ApolloServer<{ caller: string }>({ schema });
  const ask = async (caller: string) => {
    const { body } = await server.executeOperation({ query: '{ open secret }' }, { contextValue: { caller } });
    return body.kind === 'single' ? body.singleResult : undefined;
  };
  expect(await ask('u')).toEqual({ data: { open: 1, secret: 2 } });
  expect(await ask('')).toMatchObject({
    data: { secret: null },
    errors: [{ path: ['secret'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
  await server.stop();
});

test('an executor that gives the same variables to two callers', async () => {
  const { schema } = build({
    sdl,
    resolvers,
    principal: (id: string) => (id === '' ? { kind: 'anonymous' } : user(id)),
  });
  const secret = schema.getQueryType()?.getFields()['secret'];
  const variableValues = {};
  const info = {
    schema,
    variableValues,
    fieldNodes: [],
    path: { prev: undefined, key: 'secret', typename: 'Query' },
    operation: { operation: 'query' },
  };
  const call = async (contextValue: string): Promise<unknown> => secret?.resolve?.({}, {}, contextValue, info as never);
  expect(await call('u')).toBe(2);
  await expect(call('')).rejects.toThrow('Sign in');
  expect(await call('v')).toBe(2);
  const thing = schema.getType('Thing');
  const below = isObjectType(thing) ? thing.getFields()['b'] : undefined;
  const callBelow = async (contextValue: string): Promise<unknown> =>
    below?.resolve?.({ b: 3 }, {}, contextValue, { ...info, fieldName: 'b' } as never);
  expect(await callBelow('v')).toBe(3);
  await expect(callBelow('')).rejects.toThrow('Sign in');
});

test('an executor that gives the same variables to two callers, below a root field that is open', async () => {
  const typeDefs = [accessDirectives, 'type Thing { a: Int @auth } type Query { thing: Thing @public }'];
  const schema = guardSchema(makeExecutableSchema({ typeDefs }), {
    principal: (id: string) => (id === '' ? { kind: 'anonymous' } : user(id)),
    roles,
  });
  const resolverOf = (typeName: string, fieldName: string) => {
    const type = schema.getType(typeName);
    return isObjectType(type) ? type.getFields()[fieldName]?.resolve : undefined;
  };
  const variableValues = {};
  const path = { prev: undefined, key: 'thing', typename: 'Query' };
  const info = { schema, variableValues, fieldNodes: [], path, operation: { operation: 'query' } };
  const open = async (contextValue: string): Promise<unknown> =>
    resolverOf('Query', 'thing')?.({ thing: { a: 1 } }, {}, contextValue, { ...info, fieldName: 'thing' } as never);
  const below = async (contextValue: string): Promise<unknown> =>
    resolverOf('Thing', 'a')?.({ a: 1 }, {}, contextValue, { ...info, fieldName: 'a' } as never);
  await open('u');
  expect(await below('u')).toBe(1);
  await open('');
  expect(await below('u')).toBe(1);
  await expect(below('')).rejects.toThrow('Sign in');
});

test('resolvers that the host gives to all fields and types', async () => {
  const typeDefs = [
    accessDirectives,
    'interface I { a: Int } type A implements I { a: Int @auth } type Query { i: I @public }',
  ];
  const schema = guardSchema(makeExecutableSchema({ typeDefs }), {
    principal: () => user('u'),
    roles,
    fieldResolver: (_, __, ___, { fieldName }) => (fieldName === 'i' ? { kind: 'A' } : 1),
    typeResolver: (value) => (value as { kind: string }).kind,
  });
  expect((await run(schema, '{ i { __typename a } }', undefined)).data).toEqual({ i: { __typename: 'A', a: 1 } });
});
