import { describe, expect, test } from '@jest/globals';
import { accessMatrix, bindPolicies, definePolicy, explainOperation, NOTHING } from '../../src/authorization/index.ts';
import { anonymous, build, offenders, roles, user } from './support.ts';

/** A condition may read the arguments of the field that asks. */

const docs = [
  { id: '1', author: 'me', status: 'DRAFT', locale: 'en', parent: null },
  { id: '2', author: 'me', status: 'LOCKED', locale: 'de', parent: { id: '1', locale: 'en' } },
] as const;
const docPolicy = definePolicy('Doc', ({ allOf, anyOf, is, owner, everyone, role, related }) => ({
  read: everyone,
  write: allOf(
    owner('author'),
    anyOf(
      is((_, args) => ({ status: args['from'] as string })),
      role('ADMIN'),
    ),
  ),
  translate: is((_, args) => ({ locale: args['locale'] as string })),
  translateParent: related('parent', 'translate'),
  filter: is((_, args) => ({ status: args['filter'] as string })),
  byParent: is((_, args) => ({ parent: args['parent'] as string })),
  byVersion: is((_, args) => ({ locale: (args['input'] as { version: { locale: string } }).version.locale })),
}));
const sdl = (type = '@can(action: "read")') => `
  scalar JSON
  type Doc ${type} { id: ID text(locale: String = "en"): String @can(action: "translate") of(locale: String): String @can(action: "translateParent") odd(filter: JSON): String @can(action: "filter") within(parent: JSON): String @can(action: "byParent") at(input: JSON): String @can(action: "byVersion") parent: Doc }
  type Query { docs: [Doc!] @public doc(id: ID!, locale: String): Doc @can(action: "translate") }
  type Mutation { write(id: ID!, from: String!): Doc @can(action: "write") }`;
const options = {
  policies: [docPolicy],
  load: async (_: string, id: string) => docs.find((doc) => doc.id === id) ?? null,
};
const { ask, schema, log } = build({
  ...options,
  sdl: sdl(),
  resolvers: {
    Query: { docs: () => docs, doc: () => docs[0] },
    Mutation: { write: () => docs[0] },
    Doc: { text: () => 'text', of: () => 'text', odd: () => 'odd', within: () => 'within', at: () => 'at' },
  },
});
const me = user('me');

describe('A condition that reads arguments', () => {
  test('decides on the parent of a field, for each of its aliases and rows', async () => {
    const { data, codes } = await ask('{ docs { en: text de: text(locale: "de") none: text(locale: null) } }', me);
    expect(data).toEqual({
      docs: [
        { en: 'text', de: null, none: null },
        { en: null, de: 'text', none: null },
      ],
    });
    expect(Object.keys(codes)).toEqual(['docs.0.de', 'docs.0.none', 'docs.1.en', 'docs.1.none']);
  });

  test('follows relations', async () => {
    expect((await ask('{ docs { en: of(locale: "en") de: of(locale: "de") } }', me)).data).toEqual({
      docs: [
        { en: null, de: null },
        { en: 'text', de: null },
      ],
    });
  });

  test('decides on the subject of a root field, with variables', async () => {
    const write = 'mutation ($id: ID!, $from: String!) { write(id: $id, from: $from) { id } }';
    expect((await ask(write, me, { id: '1', from: 'DRAFT' })).codes).toEqual({});
    expect((await ask(write, me, { id: '1', from: 'LOCKED' })).codes).toEqual({ write: 'FORBIDDEN' });
    expect((await ask(write, user('you'), { id: '1', from: 'DRAFT' })).codes).toEqual({ write: 'FORBIDDEN' });
    expect((await ask('{ a: doc(id: 1, locale: "en") { id } b: doc(id: 1) { id } }', me)).codes).toEqual({
      b: 'FORBIDDEN',
    });
  });

  test('is not opened by an argument that looks like a comparison', async () => {
    expect((await ask('query ($f: JSON) { docs { odd(filter: $f) } }', me, { f: 'DRAFT' })).data).toEqual({
      docs: [{ odd: 'odd' }, { odd: null }],
    });
    for (const f of [{ $ne: null }, { $in: ['DRAFT'] }, { a: { $ne: 1 } }]) {
      const { data } = await ask('query ($f: JSON) { docs { odd(filter: $f) } }', me, { f });
      expect(data).toEqual({ docs: [{ odd: null }, { odd: null }] });
    }
  });

  test('compares no argument that is an object, whose keys would be columns of the caller’s choice', async () => {
    const within = async (parent: unknown) =>
      (await ask('query ($parent: JSON) { docs { within(parent: $parent) } }', me, { parent })).data;
    expect(await within('1')).toEqual({ docs: [{ within: null }, { within: 'within' }] });
    const bound = bindPolicies({ roles, policies: [docPolicy] });
    for (const parent of [{ locale: 'en' }, { id: '1' }, [{ locale: 'en' }], JSON.parse('{ "__proto__": null }')]) {
      expect(await within(parent)).toEqual({ docs: [{ within: null }, { within: null }] });
      expect(bound.Doc.decide('byParent', me, docs[1], { parent })).toBe(false);
      expect(bound.Doc.where('byParent', me, { parent })).toBe(NOTHING);
    }
  });

  test('reads what is within an argument that is an object', async () => {
    const at = 'query ($input: JSON) { docs { at(input: $input) } }';
    expect((await ask(at, me, { input: { version: { locale: 'de' } } })).data).toEqual({
      docs: [{ at: null }, { at: 'at' }],
    });
    expect((await ask(at, me, { input: { version: { locale: { $ne: null } } } })).data).toEqual({
      docs: [{ at: null }, { at: null }],
    });
  });

  test('depends on the object in the matrix and in an explanation', () => {
    const line = accessMatrix(schema).find(({ coordinate }) => coordinate === 'Doc.text');
    expect(line?.anonymous).toBe('DEPENDS_ON_OBJECT');
    const { decisions } = explainOperation(schema, '{ docs { text(locale: "de") } }', anonymous);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['ALLOWED', 'DEPENDS_ON_OBJECT']);
    expect(log).toEqual([]);
  });

  test('does not build for the rows of a type, which fields of any arguments reach', () => {
    expect(offenders({ ...options, sdl: sdl('@can(action: "translate")') })).toEqual(['Doc @can']);
    expect(offenders({ ...options, sdl: sdl('@can(action: "translateParent")') })).toEqual(['Doc @can']);
  });

  test('is given them by services, and denies without', () => {
    const bound = bindPolicies({ roles, policies: [docPolicy] });
    expect(bound.Doc.decide('translate', me, docs[0], { locale: 'en' })).toBe(true);
    expect(bound.Doc.decide('translate', me, docs[0], { locale: 'de' })).toBe(false);
    expect(bound.Doc.where('translate', me, { locale: 'de' })).toEqual({ locale: 'de' });
    expect(bound.Doc.decide('translate', me, docs[0])).toBe(false);
    expect(bound.Doc.where('translate', me)).toBe(NOTHING);
  });
});
