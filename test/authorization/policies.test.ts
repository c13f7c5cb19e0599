import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { AccessSchemaError, bindPolicies, definePolicy, NOTHING } from '../../src/authorization/index.ts';
import type { AccessLogEvent, BindOptions, Condition, Conditions, Principal } from '../../src/authorization/index.ts';
import { admin, anonymous, roles, user } from './support.ts';

type Vocabulary = Conditions<Record<string, unknown>>;
const log: AccessLogEvent[] = [];
const bind = (read: (vocabulary: Vocabulary) => Condition, options: Partial<BindOptions> = {}) =>
  bindPolicies({
    roles,
    policies: [definePolicy('Doc', (vocabulary) => ({ read: read(vocabulary) }))],
    log: (event) => log.push(event),
    ...options,
  });
const decide = (read: (vocabulary: Vocabulary) => Condition, row: object, principal: Principal = user('me')) =>
  bind(read).decide('Doc', 'read', principal, row);
const where = (read: (vocabulary: Vocabulary) => Condition, principal: Principal = user('me')) =>
  bind(read).where('Doc', 'read', principal);

describe('a filter on a row', () => {
  const day = new Date('2026-01-01');
  test.each<[string, object, object, boolean]>([
    ['equality', { a: 'x' }, { a: 'x' }, true],
    ['another value', { a: 'x' }, { a: 'y' }, false],
    ['all properties', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
    ['numbers and their text', { a: '1' }, { a: 1 }, true],
    ['true is not its text', { a: true }, { a: 'true' }, false],
    ['null', { a: null }, { a: null }, true],
    ['null does not match a value', { a: null }, { a: 0 }, false],
    ['a value does not match null', { a: 0 }, { a: null }, false],
    ['null does not match what is not loaded', { a: null }, {}, false],
    ['$eq', { a: { $eq: 1 } }, { a: 1 }, true],
    ['$ne', { a: { $ne: 1 } }, { a: 2 }, true],
    ['$ne does not match null, as in SQL', { a: { $ne: 1 } }, { a: null }, false],
    ['$ne does not match what is not loaded', { a: { $ne: 1 } }, {}, false],
    ['$ne null', { a: { $ne: null } }, { a: 1 }, true],
    ['$ne null does not match null', { a: { $ne: null } }, { a: null }, false],
    ['$ne null does not match what is not loaded', { a: { $ne: null } }, {}, false],
    ['$in', { a: { $in: [1, 2] } }, { a: 2 }, true],
    ['$in with null does not match null, as in SQL', { a: { $in: [1, null] } }, { a: null }, false],
    ['$in of nothing', { a: { $in: [] } }, { a: 1 }, false],
    ['$lt', { a: { $lt: 2 } }, { a: 1 }, true],
    ['$lt with null', { a: { $lt: 2 } }, { a: null }, false],
    ['$gte with null as operand', { a: { $gte: null } }, { a: 1 }, false],
    ['two operators', { a: { $gte: 1, $lt: 3 } }, { a: 3 }, false],
    ['dates', { a: { $lte: day } }, { a: new Date('2025-12-31') }, true],
    ['equal dates', { a: day }, { a: new Date(+day) }, true],
    ['text by code points', { a: { $lt: '\uFFFF' } }, { a: '👍' }, false],
    ['text and numbers have no order', { a: { $lt: 'b' } }, { a: 1 }, false],
    ['a relation by its id', { a: 'u1' }, { a: { id: 'u1', name: 'n' } }, true],
    ['a nested relation', { a: { name: 'n' } }, { a: { id: 'u1', name: 'n' } }, true],
    ['through null to nothing', { a: { name: null } }, { a: null }, false],
    ['a list equals nothing', { a: 'x' }, { a: ['x'] }, false],
    ['nor is it unequal', { a: { $ne: 'x' } }, { a: ['y'] }, false],
    ['the empty filter', {}, { a: 1 }, false],
    ['an empty nested filter', { a: {} }, { a: { id: 1 } }, false],
    ['an undefined value', { a: undefined }, { a: undefined }, false],
    ['an undefined value beside others', { a: undefined, b: 1 }, { a: null, b: 1 }, false],
    ['an unknown operator', { a: { $like: 'x' } }, { a: 'x' }, false],
    ['operators mixed with properties', { a: { $ne: 1, b: 2 } }, { a: { b: 2 } }, false],
    ['a group that is no property', { $or: [{ a: 1 }] }, { a: 1 }, false],
    ['a list as value', { a: ['x'] }, { a: 'x' }, false],
    ['no number at all', { a: Number.NaN }, { a: Number.NaN }, false],
  ])('%s', (_, filter, row, expected) => {
    expect(decide(({ is }) => is(filter as never), row)).toBe(expected);
    expect(decide(({ is }) => is(() => filter), row)).toBe(expected);
  });

  test.each<[string, object]>([
    ['the empty filter', {}],
    ['an undefined value', { a: undefined, b: 1 }],
    ['an unknown operator', { a: { $like: 'x' } }],
    ['$in of nothing', { a: { $in: [null] } }],
    ['an order with null', { a: { $lt: null } }],
  ])('which nothing can match says so in SQL: %s', (_, filter) =>
    expect(where(({ is }) => is(filter as never))).toBe(NOTHING),
  );
});

describe('an owner', () => {
  const row = (author: unknown) => ({ id: '1', author });
  const owns = (principal: Principal, author: unknown) =>
    decide(({ owner }) => owner('author'), row(author), principal);
  test.each<[string, Principal, unknown, boolean]>([
    ['by id', user('u'), 'u', true],
    ['by row', user('u'), { id: 'u' }, true],
    ['by a number', user('7'), 7, true],
    ['not another', user('u'), 'v', false],
    ['not null', user('u'), null, false],
    ['not undefined', user('u'), undefined, false],
    ['not a list', user('u'), ['u'], false],
    ['not an object without id', user('u'), { toString: () => 'u' }, false],
    ['not anonymous', anonymous, 'u', false],
    ['not anonymous, for a row of nobody', anonymous, undefined, false],
    ['a key with its user', { kind: 'apiKey', id: 'k', userId: 'u', roles: [], scopes: [] }, 'u', true],
    ['not a key by its own id', { kind: 'apiKey', id: 'u', roles: [], scopes: [] }, 'u', false],
    ['not a service', { kind: 'service', id: 'u', userId: null, roles: [], scopes: [] }, 'u', false],
  ])('%s', (_, principal, author, expected) => expect(owns(principal, author)).toBe(expected));

  test('is a filter, and for who owns nothing none', () => {
    expect(where(({ owner }) => owner('author'))).toEqual({ author: 'me' });
    expect(where(({ owner }) => owner('author'), anonymous)).toBe(NOTHING);
  });
});

describe('conditions combine', () => {
  const boom = ({ is }: Vocabulary) =>
    is(() => {
      throw new Error('boom');
    });
  const isA = ({ is }: Vocabulary) => is({ a: 1 });
  test.each<[string, (vocabulary: Vocabulary) => Condition, boolean, object]>([
    ['everyone', ({ everyone }) => everyone, true, {}],
    ['nobody', ({ nobody }) => nobody, false, NOTHING],
    ['authenticated', ({ authenticated }) => authenticated, true, {}],
    ['a role', ({ role }) => role('ADMIN'), false, NOTHING],
    ['any of nothing', ({ anyOf }) => anyOf(), false, NOTHING],
    ['all of nothing', ({ allOf }) => allOf(), false, NOTHING],
    ['any of', (v) => v.anyOf(v.nobody, isA(v)), true, { a: 1 }],
    ['all of', (v) => v.allOf(v.everyone, isA(v)), true, { a: 1 }],
    [
      'both',
      (v) => v.anyOf(isA(v), v.allOf(v.owner('b'), v.is({ c: 1 }))),
      true,
      { $or: [{ a: 1 }, { $and: [{ b: 'me' }, { c: 1 }] }] },
    ],
    ['one that throws denies', boom, false, NOTHING],
    ['one that throws first denies the whole', (v) => v.anyOf(boom(v), v.everyone), false, NOTHING],
    ['one that is not reached does not throw', (v) => v.anyOf(v.everyone, boom(v)), true, {}],
    ['one that a row does not reach does not throw', (v) => v.anyOf(isA(v), boom(v)), true, { a: 1 }],
    ['one that throws within all denies', (v) => v.allOf(isA(v), boom(v)), false, NOTHING],
    ['one that is refused before it throws', (v) => v.anyOf(v.allOf(v.nobody, boom(v)), isA(v)), true, { a: 1 }],
  ])('%s', (_, read, decided, filter) => {
    expect(decide(read, { a: 1 })).toBe(decided);
    expect(where(read)).toEqual(filter);
  });

  test('what throws is logged once, with the error', () => {
    log.length = 0;
    expect(decide(boom, {})).toBe(false);
    expect(log).toEqual([
      expect.objectContaining({ kind: 'policy', type: 'Doc', action: 'read', error: new Error('boom') }),
    ]);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 1],
    ['a text', 'everyone'],
  ])('a function that answers %s denies, and is logged', (_, answer) => {
    log.length = 0;
    expect(decide(({ is }) => is(() => answer as never), { a: 1 })).toBe(false);
    expect(log).toHaveLength(1);
    expect(where(({ is }) => is(() => answer as never))).toBe(NOTHING);
  });

  test.each<[string, unknown]>([
    ['true', true],
    ['null', null],
    ['an object', {}],
    ['an unknown kind', { kind: 'always' }],
  ])('an action that is %s denies', (_, condition) => {
    expect(decide(() => condition as Condition, {})).toBe(false);
    expect(where(() => condition as Condition)).toBe(NOTHING);
  });
});

describe('what is unknown denies:', () => {
  const bound = bind(({ everyone }) => everyone);
  test.each([
    ['a type', 'Dok', 'read'],
    ['an action', 'Doc', 'fly'],
    ['a name of Object', 'Doc', 'constructor'],
  ])('%s', (_, type, action) => {
    expect(bound.decide(type, action, admin, { id: 1 })).toBe(false);
    expect(bound.where(type, action, admin)).toBe(NOTHING);
    expect(bound.explain(type, action, admin, { id: 1 })).toMatchObject({ allowed: false });
  });
  test.each<[string, unknown]>([
    ['no principal', undefined],
    ['one without a kind', { id: 'u' }],
    ['one without roles', { kind: 'user', id: 'u', scopes: [] }],
    ['one without an id', { kind: 'user', roles: [], scopes: [] }],
  ])('%s', (_, principal) => {
    log.length = 0;
    expect(bound.decide('Doc', 'read', principal as Principal, { id: 1 })).toBe(false);
    expect(log).toEqual([expect.objectContaining({ kind: 'principal' })]);
    expect(bound.where('Doc', 'read', principal as Principal)).toBe(NOTHING);
    expect(bound.explain('Doc', 'read', principal as Principal, {})).toMatchObject({ allowed: false });
  });
  test('no row', async () =>
    expect(await bind(({ owner }) => owner('a')).decide('Doc', 'read', admin, null as never)).toBe(false));
});

describe('a related row', () => {
  const author = definePolicy('User', ({ is }) => ({ read: is({ isOpen: true }) }));
  const doc = definePolicy('Doc', ({ related, is }) => ({
    read: related('author', 'read'),
    nested: is({ author: { isOpen: true } }),
    byId: is({ author: { id: '2' } }),
  }));
  const schema = buildSchema('type User { id: ID } type Doc { author: User } type Query { d: Doc }');
  const loaded = new Set<unknown>();
  const open = { id: '1', isOpen: true };
  const options = {
    roles,
    policies: [doc, author],
    schema,
    isLoaded: (row: object) => 'isOpen' in row || 'author' in row,
    load: async (type: string, id: string) => {
      loaded.add(`${type} ${id}`);
      if (id === 'boom') throw new Error('boom');
      return id === '1' ? open : null;
    },
    log: (event: AccessLogEvent) => log.push(event),
  };
  const bound = bindPolicies(options);
  const read = (reference: unknown, action = 'read') => bound.decide('Doc', action, anonymous, { author: reference });

  test.each(['read', 'nested'])('that is loaded is decided at once (%s)', (action) => {
    expect(read(open, action)).toBe(true);
    expect(read({ id: '2', isOpen: false }, action)).toBe(false);
    expect(read(null, action)).toBe(false);
    expect(read(undefined, action)).toBe(false);
    expect(read([open], action)).toBe(false);
  });
  test.each(['read', 'nested'])('that is not loaded is loaded (%s)', async (action) => {
    loaded.clear();
    expect(await read({ id: '1' }, action)).toBe(true);
    expect(await read('1', action)).toBe(true);
    expect(await read('9', action)).toBe(false);
    expect([...loaded]).toEqual(['User 1', 'User 9']);
  });
  test.each(['read', 'nested'])('that cannot be loaded denies, and is logged once (%s)', async (action) => {
    log.length = 0;
    expect(await read('boom', action)).toBe(false);
    expect(log).toHaveLength(1);
    expect(await bindPolicies({ ...options, load: undefined }).decide('Doc', action, anonymous, { author: '1' })).toBe(
      false,
    );
  });
  test('of which only the id matters needs no loading', () => {
    expect(read({ id: '2' }, 'byId')).toBe(true);
    expect(read('2', 'byId')).toBe(true);
    expect(read('3', 'byId')).toBe(false);
  });
  test('is a nested filter, and never through null', () => {
    expect(bound.where('Doc', 'read', anonymous)).toEqual({ author: { isOpen: true } });
    const nullable = bindPolicies({
      roles,
      schema,
      policies: [doc, definePolicy('User', ({ is }) => ({ read: is({ name: null }) }))],
    });
    expect(nullable.where('Doc', 'read', anonymous)).toEqual({
      $and: [{ author: { $ne: null } }, { author: { name: null } }],
    });
    const free = bindPolicies({
      roles,
      schema,
      policies: [doc, definePolicy('User', ({ everyone }) => ({ read: everyone }))],
    });
    expect(free.where('Doc', 'read', anonymous)).toEqual({ author: { $ne: null } });
  });
  test('without a schema is found by the name of its property', () => {
    const user2 = definePolicy('Author', ({ is }) => ({ read: is({ isOpen: true }) }));
    expect(
      bindPolicies({
        roles,
        policies: [definePolicy('Doc', ({ related }) => ({ read: related('author', 'read') })), user2],
      }).decide('Doc', 'read', anonymous, { author: open }),
    ).toBe(true);
  });
});

describe('an explanation', () => {
  const bound = bind((v) =>
    v.anyOf(v.is({ status: 'PUBLISHED' }), v.allOf(v.role('EDITOR'), v.is({ a: 1 })), v.owner('author')),
  );
  const explain = (row: object, principal: Principal = user('me')) => bound.explain('Doc', 'read', principal, row);
  test('names the clause that allowed, and those which were not reached', () => {
    expect(explain({ status: 'PUBLISHED' })).toMatchObject({
      allowed: true,
      reason: 'allowed: is { status: "PUBLISHED" }',
    });
    expect(explain({ status: 'DRAFT', author: 'me' })).toMatchObject({
      allowed: true,
      clauses: [
        { outcome: 'denied' },
        {
          clause: 'all of',
          outcome: 'denied',
          clauses: [{ clause: 'role EDITOR', outcome: 'denied' }, { outcome: 'not reached' }],
        },
        { clause: 'owner author', outcome: 'allowed' },
      ],
    });
  });
  test('names the clauses that failed', () => {
    expect(explain({ status: 'DRAFT' })).toMatchObject({ allowed: false, outcome: 'denied' });
    const broken = bind(({ anyOf, is, everyone }) =>
      anyOf(
        is(() => {
          throw new Error('boom');
        }),
        everyone,
      ),
    );
    expect(broken.explain('Doc', 'read', admin, {})).toMatchObject({
      allowed: false,
      outcome: 'failed',
      reason: 'failed: a filter for this principal',
    });
  });
});

test('mistakes in roles or policies do not bind', () => {
  const policy = definePolicy('Doc', ({ everyone }) => ({ read: everyone }));
  expect(() => bindPolicies({ roles: { A: { includes: ['A'] } }, policies: [] })).toThrow(AccessSchemaError);
  expect(() => bindPolicies({ roles, policies: [policy, policy] })).toThrow(AccessSchemaError);
});

test('a filter that MikroORM writes into gives the same answer next time', () => {
  const written = NOTHING as { id: unknown };
  written.id = { $ne: null };
  expect(where(({ nobody }) => nobody)).toEqual({ id: { $in: [] } });
});

describe('An owner or id of another type than text or number', () => {
  class ObjectId {
    readonly #hex: string;
    readonly id = Buffer.from('0102', 'hex');
    constructor(hex: string) {
      this.#hex = hex;
    }
    toHexString(): string {
      return this.#hex;
    }
  }
  class Key {
    readonly #text: string;
    constructor(text: string) {
      this.#text = text;
    }
    toJSON(): string {
      return this.#text;
    }
  }
  const bound = bindPolicies({
    roles,
    log: (event) => log.push(event),
    policies: [definePolicy('Doc', ({ is, owner }) => ({ owned: owner('author'), filtered: is({ author: 'abc' }) }))],
  });
  const mine = user('abc');

  test.each([
    ['an ObjectId', new ObjectId('abc')],
    ['an object that is written as text', new Key('abc')],
    ['a row whose id is an ObjectId', { id: new ObjectId('abc') }],
    ['a row whose id is an object that is written as text', { id: new Key('abc') }],
  ])('is compared by its canonical text: %s', (_, author) => {
    expect(bound.decide('Doc', 'owned', mine, { author })).toBe(true);
    expect(bound.decide('Doc', 'filtered', mine, { author })).toBe(true);
    expect(bound.decide('Doc', 'owned', user('abd'), { author })).toBe(false);
  });

  test.each([
    ['bytes', Buffer.from('abc'), 'Buffer'],
    [
      'an object without a text',
      new (class Odd {
        readonly hex = 'abc';
      })(),
      'Odd',
    ],
    ['an object without a prototype', Object.create(null), 'Object'],
    ['a row with bytes for its id', { id: new Uint8Array([1]) }, 'Object'],
    ['a list', ['abc'], 'a list'],
  ])('is refused if it has none, and logged with its type and property: %s', (_, author: unknown, type) => {
    for (const action of ['owned', 'filtered']) {
      log.length = 0;
      expect(bound.decide('Doc', action, mine, { author })).toBe(false);
      expect(log).toEqual([
        expect.objectContaining({ kind: 'policy', coordinate: 'Doc.author', message: expect.stringContaining(type) }),
      ]);
    }
  });

  test('is not logged if it is absent, or a date', () => {
    log.length = 0;
    for (const author of [null, undefined, new Date(0)]) {
      expect(bound.decide('Doc', 'owned', mine, { author })).toBe(false);
    }
    expect(log).toEqual([]);
  });
});

test('A list of roles counts as it is at each decision; one that is frozen may be shared', () => {
  const bound = bind(({ role }) => role('ADMIN'));
  const isAdmin = (held: readonly string[]) => bound.decide('Doc', 'read', user('me', held), {});
  const changing = ['VIEWER', 'EDITOR'];
  const shared = Object.freeze(['VIEWER', 'EDITOR', 'ADMIN']);
  expect([isAdmin(changing), isAdmin(shared), isAdmin(shared)]).toEqual([false, true, true]);
  changing.push('ADMIN');
  expect(isAdmin(changing)).toBe(true);
  changing.length = 2;
  expect(isAdmin(changing)).toBe(false);
});
