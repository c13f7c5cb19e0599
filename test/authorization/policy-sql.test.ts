import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, helper, MikroORM, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/core';
import { PgliteDriver } from '@mikro-orm/pglite';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { bindPolicies, definePolicy, NOTHING } from '../../src/authorization/index.ts';
import type { Condition, Conditions, Principal } from '../../src/authorization/index.ts';

/**
 * Memory and SQL agree: random conditions on random rows, nulls and relations included, give the same rows by `decide`
 * as by the query that `where` writes.
 */

const Person = defineEntity({
  name: 'Person',
  properties: { id: p.integer().primary(), name: p.string().nullable(), level: p.integer().nullable() },
});
const Note = defineEntity({
  name: 'Note',
  properties: {
    id: p.integer().primary(),
    text: p.string().nullable(),
    level: p.integer().nullable(),
    isOpen: p.boolean().nullable(),
    at: p.datetime().nullable(),
    author: () => p.manyToOne(Person).nullable(),
    parent: () => p.manyToOne(Note).nullable(),
    replies: () => p.oneToMany(Note).mappedBy('parent'),
  },
});

const SDL = buildSchema(`
  type Person { id: ID! name: String level: Int }
  type Note { id: ID! text: String level: Int isOpen: Boolean author: Person parent: Note replies: [Note] }
  type Query { notes: [Note] }
`);

const TEXTS = ['', 'a', 'B', 'ä', '👍', null] as const;
const LEVELS = [-1, 0, 1, 2, null] as const;
const DATES = [new Date('2026-01-01T00:00:00Z'), new Date('2026-06-01T12:00:00.5Z'), null] as const;
const PEOPLE = [1, 2, 3] as const;

let orm: MikroORM;
let em: EntityManager;
beforeAll(async () => {
  orm = await MikroORM.init({ driver: PgliteDriver, dbName: 'memory://', entities: [Person, Note] });
  await orm.schema.create();
  em = orm.em.fork();
  PEOPLE.forEach((id, index) =>
    em.create(Person, { id, name: TEXTS[index + 3] ?? null, level: LEVELS[index + 2] ?? null }),
  );
  const random = fc.sample(noteRows, { numRuns: 60, seed: 7 });
  random.forEach((row, index) => {
    const parent = index > 0 && row.parent !== null ? em.getReference(Note, Math.min(row.parent, index)) : null;
    const author = row.author === null ? null : em.getReference(Person, row.author);
    em.create(Note, { ...row, id: index + 1, author, parent });
  });
  await em.flush();
});
afterAll(() => orm.close(true));

const noteRows = fc.record({
  text: fc.constantFrom(...TEXTS),
  level: fc.constantFrom(...LEVELS),
  isOpen: fc.constantFrom(true, false, null),
  at: fc.constantFrom(...DATES),
  author: fc.constantFrom(...PEOPLE, null),
  parent: fc.constantFrom(1, 5, 9, null),
});

/** A comparison of a column with a value of its kind, or with null. */
const comparison = <Value>(values: readonly Value[], isOrdered: boolean) => {
  const value = fc.constantFrom(...values);
  const ordered = ['$lt', '$lte', '$gt', '$gte'].map((operator) => value.map((operand) => ({ [operator]: operand })));
  return fc.oneof(
    value,
    value.map(($ne) => ({ $ne })),
    fc.array(value, { maxLength: 3 }).map(($in) => ({ $in })),
    ...(isOrdered ? ordered : []),
  );
};
const compact = (filter: object) =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== NOT_THERE));
const NOT_THERE = Symbol('not there');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.oneof({ weight: 3, arbitrary: fc.constant(NOT_THERE) }, value);

const personFilter = fc
  .record({
    name: maybe(comparison(TEXTS, true)),
    level: maybe(comparison(LEVELS, true)),
    id: maybe(comparison(PEOPLE, true)),
  })
  .map(compact);
const { noteFilter } = fc.letrec((tie) => ({
  noteFilter: fc
    .record({
      text: maybe(comparison(TEXTS, true)),
      level: maybe(comparison(LEVELS, true)),
      isOpen: maybe(comparison([true, false, null], false)),
      at: maybe(comparison(DATES, true)),
      author: maybe(fc.oneof(personFilter, comparison([...PEOPLE, null], false))),
      parent: maybe(fc.oneof({ maxDepth: 2, depthIdentifier: 'parent' }, fc.constant(null), tie('noteFilter'))),
    })
    .map(compact),
}));

/** Conditions are drawn as functions of the vocabulary, since only a policy hands that out. */
type Draft = (vocabulary: Conditions<Record<string, unknown>>) => Condition;
const drafts: fc.Arbitrary<Draft> = fc.letrec<{ draft: Draft }>((tie) => ({
  draft: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    noteFilter.map(
      (filter): Draft =>
        ({ is }) =>
          is(filter),
    ),
    fc.constant<Draft>(({ owner }) => owner('author')),
    noteFilter.map(
      (filter): Draft =>
        ({ is }) =>
          is(() => filter),
    ),
    fc.constantFrom<Draft>(
      ({ everyone }) => everyone,
      ({ nobody }) => nobody,
      ({ authenticated }) => authenticated,
      ({ role }) => role('EDITOR'),
      ({ scope }) => scope('notes:read'),
      ({ related }) => related('author', 'read'),
      ({ related }) => related('parent', 'look'),
    ),
    tie('draft').map(
      (part): Draft =>
        (v) =>
          v.some('replies', part(v)),
    ),
    fc.array(tie('draft'), { maxLength: 3 }).map(
      (parts): Draft =>
        (v) =>
          v.anyOf(...parts.map((part) => part(v))),
    ),
    fc.array(tie('draft'), { maxLength: 3 }).map(
      (parts): Draft =>
        (v) =>
          v.allOf(...parts.map((part) => part(v))),
    ),
  ),
})).draft;

const principals: fc.Arbitrary<Principal> = fc.oneof(
  fc.constant({ kind: 'anonymous' } as const),
  fc.record({
    kind: fc.constantFrom('user', 'apiKey', 'service'),
    id: fc.constantFrom('1', '2', '9'),
    userId: fc.constantFrom('3', undefined),
    roles: fc.subarray(['EDITOR', 'VIEWER']),
    scopes: fc.subarray(['notes', 'other:*']),
  }),
);

const roles = { VIEWER: {}, EDITOR: { includes: ['VIEWER'], scopes: ['notes:read'] } };

test('decides in memory as the filter does in SQL, whatever the condition, the rows and the principal', async () => {
  const rows = await em
    .fork()
    .find(Note, {}, { populate: ['author', 'parent', 'parent.author', 'parent.parent'], orderBy: { id: 'asc' } });
  const isLoaded = (row: object) => helper(row).isInitialized();
  const populated = rows.filter((row) => isLoaded(row));
  await fc.assert(
    fc.asyncProperty(drafts, personFilter, principals, async (read, person, principal) => {
      const note = definePolicy('Note', (v) => ({
        read: read(v),
        look: v.anyOf(v.is({ text: null }), v.is({ level: { $gt: 0 } }), v.owner('author')),
      }));
      const author = definePolicy('Person', ({ is }) => ({ read: is(person as never) }));
      const load = (type: string, id: string) =>
        type === 'Note' ? em.fork().findOne(Note, { id: Number(id) }) : em.fork().findOne(Person, { id: Number(id) });
      const loadMany = (_: string, id: string) => em.fork().find(Note, { parent: Number(id) });
      const bound = bindPolicies({ roles, policies: [note, author], schema: SDL, isLoaded, load, loadMany });
      const decided: number[] = [];
      for (const row of populated) if (await bound.decide('Note', 'read', principal, row)) decided.push(row.id);
      const where = bound.where('Note', 'read', principal);
      const found = await em.fork().find(Note, where, { orderBy: { id: 'asc' } });
      expect({ where, ids: found.map(({ id }) => id) }).toEqual({ where, ids: decided });
      if (where === NOTHING) expect(decided).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 120_000);
