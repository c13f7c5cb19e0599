import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  bindPolicies,
  definePolicy,
  NOTHING,
  type NamedPolicy,
  type Principal,
} from '../../src/authorization/index.ts';
import { anonymous, build, roles, user } from './support.ts';

/** What a function may answer in JavaScript where the types ask for `true` or `false`. */
const answers: ReadonlyArray<readonly [what: string, answer: () => unknown]> = [
  ['an Error', () => new Error('no')],
  ['a text', () => 'no'],
  ['1', () => 1],
  ['an object', () => ({ allowed: false })],
  ['a promise of false', () => Promise.resolve(false)],
  ['a promise of true', () => Promise.resolve(true)],
  ['a promise that rejects', () => Promise.reject(new Error('boom'))],
  ['nothing', () => undefined],
];

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));
/** Rejections count as unhandled once the microtasks have run. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe.each(answers)('A function of the host that answers %s', (what, answer) => {
  test('allows nothing as a policy by name, and ends no process', async () => {
    const { ask } = build({
      sdl: `directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION
        type Query { a: Int @policy(policies: [["staff"]]) }`,
      resolvers: { Query: { a: () => 1 } },
      federation: { policies: { staff: answer as NamedPolicy } },
    });
    expect(await ask('{ a }', user('u'))).toEqual({ data: { a: null }, codes: { a: 'FORBIDDEN' } });
    await settled();
    expect(unhandled).toEqual([]);
  });

  test('is no principal', async () => {
    const { ask, log } = build({
      sdl: 'type Query { a: Int @auth b: Int @public }',
      resolvers: { Query: { a: () => 1, b: () => 1 } },
      principal: answer as () => Principal,
    });
    expect(await ask('{ a b }', anonymous)).toEqual({ data: { a: null, b: 1 }, codes: { a: 'UNAUTHENTICATED' } });
    expect(log.map(({ kind }) => kind)).toEqual(['principal']);
    await settled();
    expect(unhandled).toEqual([]);
  });

  test('is no filter of a policy, and no value in one', async () => {
    const bound = bindPolicies({
      roles,
      policies: [
        definePolicy('Doc', ({ is }) => ({
          whole: is(answer as () => Record<string, never>),
          part: is(() => ({ author: answer() as string })),
        })),
      ],
    });
    for (const row of [{ id: '1' }, { id: '1', author: null }]) {
      expect(bound.Doc.decide('whole', user('u'), row)).toBe(false);
    }
    // An object is a filter, and a text or a number a value.
    if (what !== 'an object') expect(bound.Doc.where('whole', user('u'))).toBe(NOTHING);
    if (!['a text', '1', 'an object'].includes(what)) expect(bound.Doc.where('part', user('u'))).toBe(NOTHING);
    await settled();
    expect(unhandled).toEqual([]);
  });

  test('does not make a row loaded', async () => {
    const loaded: string[] = [];
    const { ask } = build({
      sdl: 'type Query { doc: Doc @public } type Doc @can(action: "read") { id: ID }',
      resolvers: { Query: { doc: () => ({ id: '1', isOpen: true }) } },
      policies: [definePolicy('Doc', ({ is }) => ({ read: is({ isOpen: true }) }))],
      isLoaded: answer as () => boolean,
      load: async (type) => {
        loaded.push(type);
        return null;
      },
    });
    expect((await ask('{ doc { id } }', user('u'))).data).toEqual({ doc: null });
    await settled();
    expect(unhandled).toEqual([]);
  });
});

test.each([
  ['an Error', () => Promise.resolve(new Error('no such row'))],
  ['a text', () => Promise.resolve('1')],
  ['a list', () => Promise.resolve([{ id: '1' }])],
  ['a rejection', () => Promise.reject(new Error('boom'))],
])('A loader that answers %s finds no row', async (_, load) => {
  const { ask, log, calls } = build({
    sdl: 'type Query { doc(id: ID!): Doc @can(action: "read") } type Doc @can(action: "read") { id: ID }',
    resolvers: { Query: { doc: () => ({ id: '1' }) } },
    policies: [definePolicy('Doc', ({ everyone }) => ({ read: everyone }))],
    load: load as () => Promise<object | null>,
  });
  expect((await ask('{ doc(id: "1") { id } }', user('u'))).codes).toEqual({ doc: 'NOT_FOUND' });
  expect(log.map(({ kind }) => kind)).toEqual(['loader']);
  expect(calls('Query.doc')).toBe(0);
});
