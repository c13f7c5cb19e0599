import { describe, expect, test } from '@jest/globals';
import { definePolicy } from '../../src/authorization/index.ts';
import type { Condition, Principal } from '../../src/authorization/index.ts';
import { anonymous, build, user } from './support.ts';

const sdl = `
  type Row @can(action: "read") { id: ID }
  type Query { open: Int @public signedIn: Int @auth office: Int @network(names: ["office"]) row: Row @public rows: [Row] @public }`;
const resolvers = {
  Query: {
    open: () => 1,
    signedIn: () => 1,
    office: () => 1,
    row: () => ({ id: 1 }),
    rows: () => [{ id: 1 }, { id: 2 }],
  },
};
const policy = (condition: Condition) => definePolicy('Row', () => ({ read: condition }));
const everyone = definePolicy('Row', (v) => ({ read: v.everyone }));

describe('a principal that is none is denied whatever requires anything, and logged once:', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'admin'],
    ['a promise', Promise.resolve(anonymous)],
    ['an unknown kind', { kind: 'root', id: 'u', roles: [], scopes: ['*'] }],
    ['no roles', { kind: 'user', id: 'u', scopes: ['*'] }],
    ['roles that are text', { kind: 'user', id: 'u', roles: 'ADMIN', scopes: ['*'] }],
    ['scopes that are no text', { kind: 'user', id: 'u', roles: [], scopes: [1] }],
    ['an id that is none', { kind: 'user', id: 7, roles: [], scopes: [] }],
    ['an empty id', { kind: 'user', id: '', roles: [], scopes: [] }],
    ['a user that is none', { kind: 'apiKey', id: 'k', userId: 7, roles: [], scopes: [] }],
    ['a time that is none', { kind: 'user', id: 'u', roles: [], scopes: [], mfaAt: 'now' }],
    ['networks that are text', { kind: 'anonymous', networks: 'office' }],
  ])('%s', async (_, principal) => {
    const { ask, log } = build({ sdl, resolvers, policies: [everyone] });
    const { data, codes } = await ask('{ open signedIn office row { id } rows { id } }', principal as Principal);
    expect({ data, codes }).toEqual({
      data: { open: 1, signedIn: null, office: null, row: null, rows: [] },
      codes: { signedIn: 'UNAUTHENTICATED', office: 'UNAUTHENTICATED' },
    });
    expect(log.filter(({ kind }) => kind === 'principal')).toHaveLength(1);
  });

  test('a function that throws', async () => {
    const error = new Error('no session store');
    const { ask, log } = build({
      sdl,
      resolvers,
      policies: [everyone],
      principal: () => {
        throw error;
      },
    });
    expect((await ask('{ open signedIn }', anonymous)).codes).toEqual({ signedIn: 'UNAUTHENTICATED' });
    expect(log).toEqual([expect.objectContaining({ kind: 'principal', error })]);
  });
});

describe('a policy that fails denies, and is logged once for each operation:', () => {
  test.each<[string, Condition]>([
    [
      'by throwing',
      {
        kind: 'is',
        filterFor: () => {
          throw new Error('boom');
        },
      },
    ],
    ['by nonsense', { kind: 'is', filterFor: () => 'everyone' }],
    ['by a promise', { kind: 'is', filterFor: async () => ({ id: 1 }) }],
    ['by being none', true as never],
    ['by an unknown kind', { kind: 'sure' } as never],
  ])('%s', async (_, condition) => {
    const { ask, log } = build({ sdl, resolvers, policies: [policy(condition)] });
    const { data, codes } = await ask('{ row { id } rows { id } }', user('u'));
    expect({ data, codes }).toEqual({ data: { row: null, rows: [] }, codes: {} });
    expect(log.filter(({ kind }) => kind === 'policy').length).toBeLessThanOrEqual(1);
  });

  test('a row that throws when it is looked at', async () => {
    const trap = {
      id: 1,
      get status(): string {
        throw new Error('boom');
      },
    };
    const { ask, log } = build({
      sdl,
      resolvers: { Query: { row: () => trap, rows: () => [trap, { id: 2, status: 'x' }] } },
      policies: [policy({ kind: 'is', filter: { status: 'x' } })],
    });
    expect((await ask('{ row { id } rows { id } }', user('u'))).data).toEqual({ row: null, rows: [{ id: '2' }] });
    expect(log.filter(({ kind }) => kind === 'policy')).toHaveLength(1);
  });

  test('an `isLoaded` that throws', async () => {
    const { ask, log } = build({
      sdl,
      resolvers,
      policies: [policy({ kind: 'is', filter: { id: 1 } })],
      isLoaded: () => {
        throw new Error('boom');
      },
    });
    expect((await ask('{ row { id } }', user('u'))).data).toEqual({ row: null });
    expect(log).toHaveLength(1);
  });
});

describe('a loader that fails denies, and is logged once', () => {
  const loading =
    'type Row @can(action: "read") { id: ID } type Query { one(id: ID!): Int @can(action: "read", on: "Row") }';
  test.each<[string, () => Promise<object | null>, number]>([
    [
      'by throwing',
      () => {
        throw new Error('boom');
      },
      1,
    ],
    [
      'by rejecting',
      async () => {
        throw new Error('boom');
      },
      1,
    ],
    ['by answering a text', async () => 'row' as never, 1],
    ['by answering undefined, which is absence', async () => undefined as never, 0],
  ])('%s', async (_, load, logged) => {
    const { ask, log } = build({ sdl: loading, policies: [everyone], load });
    expect((await ask('{ one(id: 1) }', user('u'))).codes).toEqual({ one: 'NOT_FOUND' });
    expect(log).toHaveLength(logged);
  });
});

test('a log that throws changes nothing', async () => {
  const { ask } = build({
    sdl,
    resolvers,
    policies: [everyone],
    log: () => {
      throw new Error('disk full');
    },
  });
  expect((await ask('{ open signedIn }', null as never)).codes).toEqual({ signedIn: 'UNAUTHENTICATED' });
});

test('the principal is asked for once for each operation', async () => {
  let asks = 0;
  const { ask } = build({
    sdl,
    resolvers,
    policies: [everyone],
    principal: () => {
      asks += 1;
      return user('u');
    },
  });
  await ask('{ open signedIn a: signedIn row { id } rows { id } __typename }', anonymous);
  expect(asks).toBe(1);
  await ask('{ open }', anonymous);
  expect(asks).toBe(2);
});

test('what fails inside is never shown', async () => {
  const { schema } = build({
    sdl,
    resolvers,
    policies: [
      policy({
        kind: 'is',
        filterFor: () => {
          throw new Error('password=hunter2');
        },
      }),
    ],
  });
  const { graphql } = await import('graphql');
  expect(
    JSON.stringify(await graphql({ schema, source: '{ row { id } rows { id } }', contextValue: user('u') })),
  ).not.toContain('hunter2');
});
