import { expect, test } from '@jest/globals';
import {
  bindPolicies,
  definePolicy,
  NOTHING,
  type AccessLogEvent,
  type Principal,
} from '../../src/authorization/index.ts';
import { anonymous, build, roles, user } from './support.ts';

const log: AccessLogEvent[] = [];
const docPolicy = definePolicy('Doc', ({ is }) => ({
  read: is(({ attributes }) => ({ tenant: attributes?.['tenant'] as string })),
  list: is(({ attributes }) => ({ tenant: { $in: attributes?.['tenants'] as string[] } })),
}));
const bound = bindPolicies({ roles, policies: [docPolicy], log: (event) => log.push(event) });
const of = (attributes: object): Principal => ({ ...user('u'), attributes: attributes as never });

test('Attributes of the principal decide in memory and in SQL', () => {
  const mine = of({ tenant: 't1', tenants: ['t1', 't2'] });
  expect(bound.Doc.decide('read', mine, { id: 1, tenant: 't1' })).toBe(true);
  expect(bound.Doc.decide('read', mine, { id: 1, tenant: 't2' })).toBe(false);
  expect(bound.Doc.where('read', mine)).toEqual({ tenant: 't1' });
  expect(bound.Doc.decide('list', mine, { id: 1, tenant: 't2' })).toBe(true);
  expect(bound.Doc.where('list', mine)).toEqual({ tenant: { $in: ['t1', 't2'] } });
});

test.each([
  ['of other names', of({ team: 'x' })],
  ['at all', user('u')],
])('A principal without attributes %s matches nothing, which is logged once', (_, principal) => {
  log.length = 0;
  for (const tenant of ['t1', null, undefined]) {
    expect(bound.Doc.decide('read', principal, { id: 1, tenant })).toBe(false);
  }
  expect(bound.Doc.where('read', principal)).toBe(NOTHING);
  const events = log.map(({ kind, coordinate }) => ({ kind, coordinate }));
  expect(new Set(events.map((event) => JSON.stringify(event)))).toEqual(
    new Set([JSON.stringify({ kind: 'policy', coordinate: 'attributes.tenant' })]),
  );
});

test('Within one operation a missing attribute is logged once, however many rows ask for it', async () => {
  const built = build({
    sdl: 'type Query { docs: [Doc] @public } type Doc @can(action: "read") { id: ID }',
    resolvers: {
      Query: {
        docs: () => [
          { id: '1', tenant: 't1' },
          { id: '2', tenant: null },
        ],
      },
    },
    policies: [docPolicy],
  });
  expect((await built.ask('{ docs { id } }', user('u'))).data).toEqual({ docs: [] });
  expect(built.log.filter(({ coordinate }) => coordinate === 'attributes.tenant')).toHaveLength(1);
});

test('Anonymous has no attributes, and nothing is logged', () => {
  log.length = 0;
  expect(bound.Doc.decide('read', anonymous, { id: 1, tenant: 't1' })).toBe(false);
  expect(log).toEqual([]);
});

test.each([
  ['an object, which a filter would read as comparisons', { tenant: { $ne: null } }],
  ['a list of objects', { tenants: [{ $ne: null }] }],
  ['a list instead of names', ['t1']],
  ['a text', 't1'],
])('A principal with attributes that are %s is malformed', (_, attributes) => {
  log.length = 0;
  expect(bound.Doc.decide('read', of(attributes as object), { id: 1, tenant: 't1' })).toBe(false);
  expect(log).toEqual([{ kind: 'principal', message: 'The principal has a malformed attributes.' }]);
});

test('A principal that is an object of a class keeps its own properties', () => {
  class Caller {
    readonly kind = 'user';
    readonly roles = [];
    readonly scopes = [];
    readonly attributes = { tenant: 't1' };
    readonly #id = 'u';
    get id(): string {
      return 'u';
    }
    owns(id: string): boolean {
      return id === this.#id;
    }
  }
  expect(bound.Doc.where('read', new Caller())).toEqual({ tenant: 't1' });
});

test('A row is created if the policy allows it as it would be written', () => {
  const notePolicy = definePolicy('Note', ({ allOf, is, owner, scope }) => ({
    create: allOf(scope('comments:write'), owner('author'), is({ status: 'DRAFT' })),
  }));
  const notes = bindPolicies({ roles, policies: [notePolicy, docPolicy] });
  const writer = user('me', [], ['comments:write']);
  const draft = { author: 'me', status: 'DRAFT' };
  const code = (create: () => unknown) => {
    try {
      return create();
    } catch (error) {
      return (error as { extensions: { code: unknown } }).extensions.code;
    }
  };
  expect(code(() => notes.Note.requireCreate(writer, draft))).toBeUndefined();
  expect(code(() => notes.Note.requireCreate(writer, { ...draft, author: 'them' }))).toBe('FORBIDDEN');
  expect(code(() => notes.Note.requireCreate(writer, { ...draft, status: 'PUBLISHED' }))).toBe('FORBIDDEN');
  expect(code(() => notes.Note.requireCreate(anonymous, draft))).toBe('UNAUTHENTICATED');
  expect(code(() => notes.requireCreate('Note', writer, draft))).toBeUndefined();
  expect(code(() => notes.requireCreate('Doc', writer, draft))).toBe('FORBIDDEN');
  // @ts-expect-error: the policy of Doc has no action `create`
  expect(code(() => notes.Doc.requireCreate(writer, draft))).toBe('FORBIDDEN');
});
