import { describe, expect, test } from '@jest/globals';
import { anonymous, build, executeBy } from './support.ts';

const { ask, calls, schema } = build({
  sdl: `
    interface Node { id: ID }
    type Thing implements Node @public { id: ID open: Int secret: Int @auth other: Thing }
    union Any = Thing
    type Query { thing: Thing @public node: Node @public any: Any @public secret: Int @auth }`,
  resolvers: {
    Query: {
      thing: () => THING,
      node: () => THING,
      any: () => THING,
      secret: () => 1,
    },
    Node: { __resolveType: () => 'Thing' },
    Any: { __resolveType: () => 'Thing' },
  },
});
const THING: Record<string, unknown> = { id: 't', open: 1, secret: 2 };
THING['other'] = THING;

const REFUSED = 'UNAUTHENTICATED';

describe('a refused field is refused by every spelling', () => {
  test.each([
    ['a named fragment', '{ thing { ...F } } fragment F on Thing { secret }', { 'thing.secret': REFUSED }],
    [
      'a fragment that is defined before its use',
      'fragment F on Thing { secret } { thing { ...F } }',
      { 'thing.secret': REFUSED },
    ],
    [
      'a fragment within a fragment',
      '{ thing { ...F } } fragment F on Thing { ...G } fragment G on Thing { secret }',
      { 'thing.secret': REFUSED },
    ],
    [
      'an inline fragment',
      '{ thing { ... { secret } ... on Thing { s: secret } } }',
      { 'thing.secret': REFUSED, 'thing.s': REFUSED },
    ],
    ['an interface', '{ node { ... on Thing { secret } } }', { 'node.secret': REFUSED }],
    [
      'a fragment on an interface',
      '{ node { ...F } } fragment F on Node { ... on Thing { secret } }',
      { 'node.secret': REFUSED },
    ],
    ['a union', '{ any { ...F } } fragment F on Thing { secret }', { 'any.secret': REFUSED }],
    ['another response key', '{ thing { open: secret } }', { 'thing.open': REFUSED }],
    [
      'many response keys',
      '{ a: thing { secret } b: thing { secret x: secret } }',
      { 'a.secret': REFUSED, 'b.secret': REFUSED, 'b.x': REFUSED },
    ],
    ['depth', '{ thing { other { other { secret } } } }', { 'thing.other.other.secret': REFUSED }],
    ['the root', '{ ...R } fragment R on Query { secret }', { secret: REFUSED }],
  ])('by %s', async (_, document, codes) => {
    const before = calls('Thing.secret') + calls('Query.secret');
    expect((await ask(document, anonymous)).codes).toEqual(codes);
    expect(calls('Thing.secret') + calls('Query.secret')).toBe(before);
  });
});

describe('what is not executed is not refused', () => {
  test.each([
    ['@skip on the field', 'query { thing { open secret @skip(if: true) } }', {}],
    ['@include on the field', 'query { thing { open secret @include(if: false) } }', {}],
    ['@skip by variable', 'query ($no: Boolean!) { thing { open secret @skip(if: $no) } }', { no: true }],
    [
      '@include by the default of a variable',
      'query ($yes: Boolean = false) { thing { open secret @include(if: $yes) } }',
      {},
    ],
    ['@skip on a spread', '{ thing { open ...F @skip(if: true) } } fragment F on Thing { secret }', {}],
    ['@skip on an inline fragment', '{ thing { open ... @skip(if: true) { secret } } }', {}],
    ['@include on an ancestor', '{ thing { open } other: thing @include(if: false) { secret } }', {}],
  ])('by %s', async (_, document, variables) => {
    const { data, codes } = await ask(document, anonymous, variables);
    expect({ data, codes }).toEqual({ data: { thing: { open: 1 } }, codes: {} });
  });

  test('in reject mode neither', async () => {
    const rejecting = build({
      sdl: 'type Query { a: Int @public b: Int @auth }',
      resolvers: { Query: { a: () => 1 } },
      mode: 'reject',
    });
    expect(await rejecting.ask('query ($x: Boolean!) { a b @skip(if: $x) }', anonymous, { x: true })).toEqual({
      data: { a: 1 },
      codes: {},
    });
  });

  test('nor what another operation of the document selects', async () => {
    const { parse } = await import('graphql');
    const document = parse('query A { thing { open } } query B { secret }');
    const result = await executeBy({ schema, document, contextValue: anonymous, operationName: 'A' });
    expect(result.errors).toBeUndefined();
  });
});

test('the type name is answered where the object is', async () => {
  expect((await ask('{ __typename thing { __typename } }', anonymous)).data).toEqual({
    __typename: 'Query',
    thing: { __typename: 'Thing' },
  });
});
