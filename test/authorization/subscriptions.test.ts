import { describe, expect, test } from '@jest/globals';
import { parse, subscribe } from 'graphql';
import type { ExecutionResult, GraphQLResolveInfo } from 'graphql';
import { definePolicy, principalOf } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { anonymous, asked, build, codeOf, user } from './support.ts';

/** The principal of now: the context is a box that the test changes between events. */
interface Box {
  principal: Principal;
}
let opened = 0;
let closed = 0;

async function* events(payloads: readonly unknown[], before: (index: number) => void = () => undefined) {
  opened += 1;
  try {
    for (const [index, payload] of payloads.entries()) {
      before(index);
      yield payload;
    }
  } finally {
    closed += 1;
  }
}

function subscribed(payloads: readonly unknown[], before?: (index: number) => void) {
  const source = { subscribe: () => events(payloads, before) };
  const resolve = (payload: { row: unknown }) => payload.row;
  return build({
    principal: (box: Box) => box.principal,
    policies: [definePolicy<{ author: string }>('Row', ({ owner }) => ({ read: owner('author') }))],
    load: async (_, id) => (id === 'mine' ? { id, author: 'me' } : { id, author: 'them' }),
    sdl: `
      type Row @can(action: "read") { id: ID author: String secret: Int @hasRole(roles: [ADMIN]) }
      type Query { q: Int @public }
      type Subscription {
        rows: Row! @auth
        list: [Row!]! @auth
        free: Int @public
        name: String @auth
        arg(x: Int @hasRole(roles: [ADMIN])): Int @public
        of(id: ID!): Int @can(action: "read", on: "Row")
      }`,
    resolvers: {
      Subscription: {
        rows: { ...source, resolve },
        list: { ...source, resolve: async (payload: { row: unknown }) => [payload.row] },
        free: source,
        name: {
          ...source,
          resolve: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) =>
            JSON.stringify(principalOf(info)),
        },
        arg: source,
        of: source,
      },
    },
  });
}

async function listen(schema: ReturnType<typeof subscribed>['schema'], document: string, box: Box) {
  opened = 0;
  closed = 0;
  const result = await subscribe({ schema, document: parse(document), contextValue: box });
  if (!(Symbol.asyncIterator in result)) return asked(result);
  const seen: ExecutionResult[] = [];
  for await (const event of result) seen.push(event);
  return seen.map(asked);
}

describe('a subscription is refused before its source opens', () => {
  test.each([
    ['by its requirement', 'subscription { rows { id } }', { rows: 'UNAUTHENTICATED' }],
    ['by an argument', 'subscription { arg(x: 1) }', { arg: 'UNAUTHENTICATED' }],
    ['by the row that it is about', 'subscription { of(id: "theirs") }', { of: 'NOT_FOUND' }],
  ])('%s', async (_, document, codes) => {
    const { schema } = subscribed([]);
    expect(await listen(schema, document, { principal: anonymous })).toEqual({ data: null, codes });
    expect(opened).toBe(0);
  });
});

const mine = { row: { id: 'm', author: 'me' } };
const theirs = { row: { id: 't', author: 'them' } };
const events1 = [mine, theirs, mine];

describe('each event is judged anew', () => {
  test('one whose row is refused is withheld', async () => {
    const { schema, calls } = subscribed(events1);
    const seen = await listen(schema, 'subscription { rows { id } }', { principal: user('me') });
    expect(seen).toEqual([
      { data: { rows: { id: 'm' } }, codes: {} },
      { data: { rows: { id: 'm' } }, codes: {} },
    ]);
    expect(calls('Subscription.rows')).toBe(3);
    expect(calls('Row.id')).toBe(2);
  });

  test('a list keeps the rows that are allowed, and is withheld if none is', async () => {
    const { schema } = subscribed(events1);
    const seen = await listen(schema, 'subscription { list { id } }', { principal: user('me') });
    expect(seen).toEqual([[{ id: 'm' }], [{ id: 'm' }]].map((list) => ({ data: { list }, codes: {} })));
  });

  test('by the principal of now', async () => {
    const box: Box = { principal: user('me') };
    const principals = [user('me'), user('them'), anonymous];
    const { schema } = subscribed(events1, (index) => (box.principal = principals[index] ?? anonymous));
    expect(await listen(schema, 'subscription { rows { id } }', box)).toEqual([
      { data: { rows: { id: 'm' } }, codes: {} },
      { data: { rows: { id: 't' } }, codes: {} },
      { data: null, codes: { rows: 'UNAUTHENTICATED' } },
    ]);
  });

  test('which is asked for once for each', async () => {
    let asks = 0;
    const box = {
      get principal(): Principal {
        asks += 1;
        return user('me');
      },
    };
    const { schema } = subscribed([mine, theirs, mine]);
    await listen(schema, 'subscription { rows { id } }', box);
    expect(asks).toBe(1 + 3);
  });

  test('which resolvers see, too', async () => {
    const box: Box = { principal: user('one') };
    const { schema } = subscribed([1, 2], (index) => (box.principal = user(index === 0 ? 'one' : 'two')));
    const seen = await listen(schema, 'subscription { name }', box);
    expect(JSON.stringify(seen)).toMatch(/one.*two/);
  });

  test('and what is selected below', async () => {
    const { schema } = subscribed([mine]);
    const seen = await listen(schema, 'subscription { rows { id secret } }', { principal: user('me') });
    expect(seen).toEqual([{ data: { rows: { id: 'm', secret: null } }, codes: { 'rows.secret': 'FORBIDDEN' } }]);
  });

  test('an open one passes through', async () => {
    const { schema } = subscribed([{ free: 1 }, { free: 2 }]);
    expect(await listen(schema, 'subscription { free }', { principal: anonymous })).toEqual(
      [1, 2].map((free) => ({ data: { free }, codes: {} })),
    );
  });
});

test('who stops listening closes the source at once', async () => {
  const { schema } = subscribed([mine, mine]);
  opened = 0;
  closed = 0;
  const result = await subscribe({
    schema,
    document: parse('subscription { rows { id } }'),
    contextValue: { principal: user('me') },
  });
  if (!(Symbol.asyncIterator in result)) throw new Error('It should have been opened.');
  await result.next();
  await result.return?.();
  expect({ opened, closed }).toEqual({ opened: 1, closed: 1 });
});

test('an executor that gives all events the same variables judges each anew as well', async () => {
  const box: Box = { principal: user('me') };
  const { schema } = subscribed([mine, mine], (index) => (box.principal = index === 0 ? user('me') : anonymous));
  const field = schema.getSubscriptionType()?.getFields()['rows'];
  const operation = (parse('subscription { rows { id } }').definitions as readonly unknown[])[0];
  const path = { prev: undefined, key: 'rows', typename: 'Subscription' };
  const info = {
    schema,
    operation,
    fragments: {},
    fieldNodes: [],
    path,
    variableValues: {},
    fieldName: 'rows',
  } as never;
  const stream: unknown = await field?.subscribe?.({}, {}, box, info);
  const seen: unknown[] = [];
  for await (const event of stream as AsyncIterable<unknown>) {
    const resolved = Promise.resolve(event).then((one): unknown => field?.resolve?.(one, {}, box, info));
    seen.push(await resolved.catch(codeOf));
  }
  expect(seen).toEqual([mine.row, 'UNAUTHENTICATED']);
});

describe('An event is withheld whole if a row that may not be null below it is refused', () => {
  const row = (author: string) => ({ id: author, author });
  const sdl = `
    type Row @can(action: "read") { id: ID author: String }
    interface Change { at: Int }
    type RowChange implements Change { at: Int row: Row! maybe: Row rows: [Row!]! deep: Deep! same(as: ID): Row! argued(id: ID!): Row! hidden: Row! @hasRole(roles: [ADMIN]) }
    type Deep { row: Row! kept: Kept! }
    type Kept @public { at: Int! owned: Int! @can(action: "read") author: String }
    type NoChange implements Change { at: Int }
    type Query { q: Int @public }
    type Subscription { change: RowChange @auth must: RowChange! @auth many: [RowChange!] @auth some: [RowChange] @auth any: Change @auth }`;
  const source = {
    subscribe: (payload: readonly unknown[]) => events(payload),
    resolve: (payload: unknown) => payload,
  };
  const kept = (author: string) => ({ at: 1, owned: 1, author });
  const change = (author: string, more: object = {}) => ({
    __typename: 'RowChange',
    at: 1,
    row: row('me'),
    maybe: row('me'),
    rows: [row('me')],
    deep: { row: row('me'), kept: kept('me') },
    same: ({ as = author }: { as?: string }) => row(as),
    argued: ({ id }: { id: string }) => row(id),
    hidden: row('me'),
    ...more,
  });
  const { schema } = build({
    sdl,
    policies: [
      definePolicy<{ author: string }>('Row', ({ owner }) => ({ read: owner('author') })),
      definePolicy<{ author: string }>('Kept', ({ owner }) => ({ read: owner('author') })),
    ],
    resolvers: { Subscription: { change: source, must: source, many: source, some: source, any: source } },
  });
  /** The answers to one event. */
  async function answers(document: string, payload: unknown) {
    const result = await subscribe({
      schema,
      document: parse(document),
      contextValue: user('me'),
      rootValue: [payload],
    });
    if (!(Symbol.asyncIterator in result)) throw new Error('The subscription was refused.');
    const seen: ExecutionResult[] = [];
    for await (const event of result) seen.push(event);
    return seen.map(asked);
  }

  test.each([
    ['that is selected', 'change { row { id } }', change('me', { row: row('them') })],
    ['that is not selected', 'change { at }', change('me', { row: row('them') })],
    ['that is not there yet', 'change { at }', change('me', { row: async () => row('them') })],
    ['under an alias', 'change { other: row { id } }', change('me', { row: row('them') })],
    ['in a fragment', 'change { ... on RowChange { row { id } } }', change('me', { row: row('them') })],
    ['by the default of an argument', 'change { at }', change('them')],
    ['by a given argument', 'change { same(as: "me") { id } other: same(as: "them") { id } }', change('me')],
    ['deeper down', 'must { at }', change('me', { deep: { row: row('them'), kept: kept('me') } })],
    ['on which a field depends', 'must { at }', change('me', { deep: { row: row('me'), kept: kept('them') } })],
    ['behind an abstract type', 'any { at }', change('me', { row: row('them') })],
    ['in a list whose items may not be null', 'many { at }', [change('me'), change('me', { row: row('them') })]],
  ])('%s', async (_, selection, payload) => {
    expect(await answers(`subscription { ${selection} }`, payload)).toEqual([]);
  });

  test.each([
    ['all rows are allowed', 'change { at }', change('me'), { change: { at: 1 } }],
    [
      'a refused row may be null',
      'change { at maybe { id } }',
      change('me', { maybe: row('them') }),
      { change: { at: 1, maybe: null } },
    ],
    [
      'refused rows leave a list',
      'change { rows { id } }',
      change('me', { rows: [row('me'), row('them')] }),
      { change: { rows: [{ id: 'me' }] } },
    ],
    [
      'an item of the list may be null',
      'some { at row { id } }',
      [change('me', { row: row('them') })],
      { some: [null] },
    ],
    ['the type has no rows', 'any { at }', { __typename: 'NoChange', at: 1 }, { any: { at: 1 } }],
    [
      'the argument that would refuse it is another',
      'change { same(as: "me") { id } }',
      change('them'),
      { change: { same: { id: 'me' } } },
    ],
    [
      'the field needs an argument that nobody gave',
      'change { at }',
      change('me', { argued: () => row('them') }),
      { change: { at: 1 } },
    ],
  ])('and delivered if %s', async (_, selection, payload, data) => {
    expect(await answers(`subscription { ${selection} }`, payload)).toMatchObject([{ data }]);
  });

  test('and delivered if a field is refused whatever the row, or fails, as each event would be', async () => {
    const hidden = await answers('subscription { change { hidden { id } } }', change('me', { hidden: row('them') }));
    expect(hidden).toEqual([{ data: { change: null }, codes: { 'change.hidden': 'FORBIDDEN' } }]);
    const fail = () => {
      throw new Error('boom');
    };
    const failed = await answers('subscription { change { row { id } } }', change('me', { row: fail }));
    expect(failed).toEqual([{ data: { change: null }, codes: { 'change.row': 'boom' } }]);
  });
});
