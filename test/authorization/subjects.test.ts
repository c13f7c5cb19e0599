import { describe, expect, test } from '@jest/globals';
import { definePolicy, subjectOf } from '../../src/authorization/index.ts';
import { build, user } from './support.ts';

/** The rows that root fields decide on: which are loaded, and which the resolver is given. */
const loads: string[] = [];
const policyOf = (type: string, kind: string) =>
  definePolicy(type, ({ is, everyone }) => ({ read: everyone, edit: is({ kind }) }));
const { ask } = build({
  policies: [policyOf('Doc', 'doc'), policyOf('Note', 'note')],
  load: async (type, id) => {
    loads.push(`${type} ${id}`);
    return id === '1' ? { id, kind: type.toLowerCase() } : null;
  },
  sdl: `
    scalar Key
    type Doc @can(action: "read") { id: ID }
    type Note @can(action: "read") { id: ID }
    type Query {
      both(id: ID!): String @can(action: "edit", on: "Doc") @can(action: "edit", on: "Note")
      twice(id: ID!): String @can(action: "edit", on: "Doc") @can(action: "read", on: "Doc")
      perhaps(id: ID): String @can(action: "edit", on: "Doc")
      keyed(id: Key): String @can(action: "edit", on: "Doc")
      free: String @public
    }`,
  resolvers: {
    Query: {
      both: (_: unknown, __: unknown, ___: unknown, info: never) =>
        ['Doc', 'Note'].map((type) => subjectOf<{ kind: string }>(info, type).kind).join(' '),
      twice: () => 'twice',
      perhaps: () => 'found',
      keyed: () => 'found',
      free: (_: unknown, __: unknown, ___: unknown, info: never) => String(subjectOf(info)),
    },
  },
});
const me = user('me');
const loadedBy = async (document: string, variables?: object) => {
  loads.length = 0;
  return { ...(await ask(document, me, variables)), loads: [...loads] };
};

describe('The subject of a root field', () => {
  test('is one of each type, although their ids are the same', async () => {
    const found = { data: { both: 'doc note' }, codes: {}, loads: ['Doc 1', 'Note 1'] };
    expect(await loadedBy('{ both(id: "1") }')).toEqual(found);
  });

  test('is loaded once, however many actions it is asked for', async () => {
    expect(await loadedBy('{ twice(id: "1") }')).toEqual({ data: { twice: 'twice' }, codes: {}, loads: ['Doc 1'] });
  });

  test('is not looked for without an id, nor by an object', async () => {
    const nothing = (field: string) => ({ data: { [field]: null }, codes: { [field]: 'NOT_FOUND' }, loads: [] });
    expect(await loadedBy('{ perhaps }')).toEqual(nothing('perhaps'));
    expect(await loadedBy('{ perhaps(id: null) }')).toEqual(nothing('perhaps'));
    expect(await loadedBy('query ($id: Key) { keyed(id: $id) }', { id: { id: '1' } })).toEqual(nothing('keyed'));
    expect((await loadedBy('query ($id: Key) { keyed(id: $id) }', { id: '1' })).data).toEqual({ keyed: 'found' });
  });

  test('is told by nothing to a field that has none', async () => {
    const message = 'Query.free has no subject: mark the field with @can.';
    expect((await ask('{ free }', me)).codes).toEqual({ free: message });
  });
});
