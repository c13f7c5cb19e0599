import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { definePolicy } from '../../src/authorization/index.ts';
import { build, executeBy, run, user } from './support.ts';

/** A principal of another shape than it should have: nothing that is decided allows it anything. */
const malformed = { kind: 'user', id: 'me', roles: 'ADMIN', scopes: [] } as never;

const docs = [
  { id: '1', locale: 'en' },
  { id: '2', locale: 'en' },
];
let filters = 0;
const docPolicy = definePolicy('Doc', ({ everyone, is }) => ({
  read: everyone,
  translate: is((_, args) => ({ locale: args['locale'] as string })),
  count: is(() => {
    filters += 1;
    return { locale: 'en' };
  }),
}));

const noticePolicy = definePolicy('Notice', ({ is }) => ({
  translate: is((_, args) => ({ locale: args['locale'] as string })),
}));

let decisions = 0;
const { ask, log } = build({
  policies: [docPolicy, noticePolicy],
  rules: {
    anybody: () => {
      decisions += 1;
      return true;
    },
  },
  load: async (_, id) => docs.find((doc) => doc.id === id) ?? null,
  typeResolver: () => 'Open',
  sdl: `
    interface Node { id: ID }
    type Open implements Node @public { id: ID }
    type Doc @can(action: "read") {
      id: ID
      text(locale: String): String @can(action: "translate")
      counted: String @can(action: "count")
    }
    type Notice @public { text(locale: String): String @can(action: "translate") }
    type DocConnection @public { nodes: [Doc!]! totalCount: Int }
    type Query {
      open: String @public
      node: Node @public
      ruled: String @access(anyOf: [{ rule: "anybody" }])
      again: String @access(anyOf: [{ rule: "anybody" }])
      docs: [Doc!]! @public
      notice: Notice @public
      connection: DocConnection @public
      doc(id: ID!): Doc @can(action: "read")
      rename(id: ID!, locale: String): String @can(action: "translate", on: "Doc")
    }`,
  resolvers: {
    Query: {
      open: () => 'open',
      node: () => ({ id: 'n' }),
      ruled: () => 'ruled',
      again: () => 'again',
      docs: () => docs,
      notice: () => ({ locale: 'en', text: 'text' }),
      connection: () => ({ nodes: docs, totalCount: 2 }),
      rename: () => 'renamed',
    },
    Doc: { text: () => 'text', counted: () => 'counted' },
  },
});
const me = user('me');

describe('A malformed principal', () => {
  test('is answered what is public, behind an interface too', async () => {
    expect(await ask('{ open node { id } }', malformed)).toEqual({
      data: { open: 'open', node: { id: 'n' } },
      codes: {},
    });
    expect(log).toContainEqual({ kind: 'principal', message: 'The principal has a malformed roles.' });
  });

  test('is refused by a rule that allows everybody', async () => {
    expect((await ask('{ ruled }', malformed)).codes).toEqual({ ruled: 'UNAUTHENTICATED' });
    expect((await ask('{ ruled }', me)).data).toEqual({ ruled: 'ruled' });
  });

  test('sees no row, although its policy allows everybody, and no count of rows', async () => {
    expect(await ask('{ docs { id } connection { nodes { id } totalCount } }', malformed)).toEqual({
      data: { docs: [], connection: { nodes: [], totalCount: null } },
      codes: { 'connection.totalCount': 'UNAUTHENTICATED' },
    });
  });

  test('is told nothing of what would suffice', async () => {
    const { schema } = build({ tellRequired: true, sdl: 'type Query { secret: String @hasRole(roles: ["ADMIN"]) }' });
    const extensionsFor = async (contextValue: unknown) =>
      (await executeBy({ schema, document: parse('{ secret }'), contextValue })).errors?.[0]?.extensions;
    expect(await extensionsFor(me)).toMatchObject({ required: [[{ roles: ['ADMIN'] }]] });
    expect(await extensionsFor(malformed)).toEqual({ code: 'UNAUTHENTICATED' });
  });

  test('is refused by a policy that compares the row with an argument alone', async () => {
    const document = '{ notice { text(locale: "en") } }';
    expect((await ask(document, malformed)).codes).toEqual({ 'notice.text': 'UNAUTHENTICATED' });
    expect((await ask(document, me)).data).toEqual({ notice: { text: 'text' } });
  });

  test('finds no subject of a root field, whatever its policy asks', async () => {
    const document = '{ doc(id: "1") { id } rename(id: "1", locale: "en") }';
    expect((await ask(document, malformed)).codes).toEqual({ doc: 'NOT_FOUND', rename: 'NOT_FOUND' });
    expect((await ask('{ rename(id: "1", locale: "en") }', me)).data).toEqual({ rename: 'renamed' });
  });
});

describe('Within one operation', () => {
  test('a requirement is decided once, however many fields have it', async () => {
    decisions = 0;
    expect((await ask('{ ruled again more: ruled }', me)).codes).toEqual({});
    expect(decisions).toBe(1);
  });

  test('the filter of a policy is worked out once, however many rows it decides on', async () => {
    filters = 0;
    expect((await ask('{ docs { counted } more: docs { counted } }', me)).codes).toEqual({});
    expect(filters).toBe(1);
  });
});

test('A field whose named policy fails is not shown by introspection', async () => {
  const { schema } = build({
    introspection: 'visible',
    federation: {
      policies: {
        fails: () => {
          throw new Error('no answer');
        },
      },
    },
    sdl: `
      scalar Import
      directive @link(url: String!, import: [Import]) repeatable on SCHEMA
      directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@policy"])
      type Query { open: String @public secret: String @policy(policies: [["fails"]]) }`,
  });
  const { data } = await run(schema, '{ __type(name: "Query") { fields { name } } }', me);
  expect(data).toEqual({ __type: { fields: [{ name: 'open' }] } });
});
