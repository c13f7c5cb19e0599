import { describe, expect, test } from '@jest/globals';
import { accessMatrix, definePolicy, explainOperation } from '../../src/authorization/index.ts';
import type { Principal } from '../../src/authorization/index.ts';
import { anonymous, build, editor, user, viewer } from './support.ts';

const { schema, calls } = build({
  policies: [
    definePolicy<{ author: string; status: string }>('Doc', ({ anyOf, is, owner, role }) => ({
      read: anyOf(is({ status: 'PUBLISHED' }), owner('author'), role('EDITOR')),
      edit: owner('author'),
      odd: anyOf(
        is((principal) => ({ author: principal.kind })),
        role('EDITOR'),
      ),
    })),
  ],
  load: async () => null,
  sdl: `
    enum Level { LOW HIGH @hasRole(roles: [ADMIN]) }
    input In { secret: Int @auth }
    interface Node { id: ID }
    type Doc implements Node @can(action: "read") { id: ID secret: Int @can(action: "edit") odd: Int @can(action: "odd") }
    type Closed implements Node @hasRole(roles: [ADMIN]) { id: ID }
    type Plain { x: Int }
    type Query {
      open(x: Int @auth, in: In): Plain @public
      signedIn: Int @auth
      doc: Doc @public
      node: Node @public
      closed: Closed @public
      writers: Int @hasScope(scopes: "articles:write")
      factor: Int @mfa
      keys: Int @auth(kinds: [API_KEY])
      level: Level @public
    }
    type Mutation { edit(id: ID!): Doc @can(action: "edit") @hasScope(scopes: "articles:write") }`,
});

describe('the matrix', () => {
  const matrix = accessMatrix(schema);
  const line = (coordinate: string) => {
    const found = matrix.find((access) => access.coordinate === coordinate);
    const letters = [found?.anonymous, ...(found?.roles ?? []).map(({ outcome }) => outcome)].map((outcome) =>
      outcome?.at(0) === 'D' ? (outcome === 'DENIED' ? '-' : '?') : 'x',
    );
    return [letters.join(''), found?.requirement];
  };

  // anonymous, VIEWER, EDITOR, MODERATOR, ADMIN; x allowed, - denied, ? depends on the object
  test.each([
    ['Query.open', 'xxxxx', 'public'],
    ['Query.signedIn', '-xxxx', 'signed in'],
    ['Query.doc', '??x?x', 'each Doc: read'],
    ['Query.node', '????x', 'each Doc: read'],
    ['Query.closed', '----x', 'role ADMIN'],
    ['Query.writers', '--x-x', 'scope articles:write'],
    ['Query.factor', '-xxxx', 'second factor within 900 s'],
    ['Query.keys', '-----', 'signed in as apiKey'],
    ['Plain.x', 'xxxxx', 'public'],
    ['Doc.id', '??x?x', 'this Doc: read'],
    ['Doc.secret', '-????', 'this Doc: read; this Doc: edit'],
    ['Doc.odd', '??x?x', 'this Doc: read; this Doc: odd'],
    ['Mutation.edit', '--?-?', 'scope articles:write; Doc by id: edit; each Doc: read'],
    ['Query.open(x:)', '-xxxx', 'signed in'],
    ['In.secret', '-xxxx', 'signed in'],
    ['Level.HIGH', '----x', 'role ADMIN'],
  ])('%s', (coordinate, outcomes, requirement) => expect(line(coordinate)).toEqual([outcomes, requirement]));

  test('has a line for every field of every object, sorted', () => {
    const coordinates = matrix.map(({ coordinate }) => coordinate);
    expect(coordinates).toEqual(coordinates.toSorted());
    expect(coordinates).toHaveLength(18);
  });
});

describe('an operation is explained', () => {
  const explain = (document: string, principal: Principal = anonymous, options = {}) => {
    const { allowed, decisions } = explainOperation(schema, document, principal, options);
    return {
      allowed,
      decisions: decisions.map(({ path, coordinate, outcome }) => `${path.join('.')} ${coordinate} ${outcome}`),
    };
  };

  test('path by path, without running it', () => {
    expect(explain('{ o: open { x } signedIn doc { id secret } }')).toEqual({
      allowed: false,
      decisions: [
        'o Query.open ALLOWED',
        'o.x Plain.x ALLOWED',
        'signedIn Query.signedIn DENIED',
        'doc Query.doc DEPENDS_ON_OBJECT',
        'doc.id Doc.id DEPENDS_ON_OBJECT',
        'doc.secret Doc.secret DENIED',
      ],
    });
    expect(calls('Query.open')).toBe(0);
  });
  test('with the reason and the requirement', () => {
    expect(explainOperation(schema, '{ writers }', viewer).decisions).toEqual([
      {
        path: ['writers'],
        coordinate: 'Query.writers',
        requirement: 'scope articles:write',
        outcome: 'DENIED',
        reason: 'FORBIDDEN: it requires scope articles:write',
      },
    ]);
    expect(explainOperation(schema, '{ factor }', { ...user('u'), hasFactor: true }).decisions[0]?.reason).toMatch(
      'MFA_REQUIRED',
    );
  });
  test.each([
    ['{ open(x: 1) { x } }', 'Query.open(x:)'],
    ['{ open(in: { secret: 1 }) { x } }', 'In.secret'],
  ])('with the part of its input that is refused: %s', (document, coordinate) => {
    expect(explainOperation(schema, document, anonymous).decisions).toEqual([
      {
        path: ['open'],
        coordinate: 'Query.open',
        requirement: 'public',
        outcome: 'DENIED',
        reason: `UNAUTHENTICATED: ${coordinate} requires signed in`,
        refusedInput: { coordinate, requirement: 'signed in' },
      },
    ]);
  });
  test('with its variables, and the operation of that name', () => {
    const document =
      'query A($x: Int, $skip: Boolean!) { open(x: $x) { x } signedIn @skip(if: $skip) } query B { signedIn }';
    expect(explain(document, anonymous, { operationName: 'A', variables: { skip: true } }).allowed).toBe(true);
    expect(explain(document, anonymous, { operationName: 'A', variables: { skip: false } }).allowed).toBe(false);
    expect(explain(document, anonymous, { operationName: 'A', variables: { skip: true, x: 1 } }).allowed).toBe(false);
    expect(explain(document, viewer, { operationName: 'B' }).allowed).toBe(true);
  });
  test('for each type behind an abstract one', () => {
    expect(explain('{ node { id } }', editor).decisions).toEqual([
      'node Query.node DEPENDS_ON_OBJECT',
      'node.id Doc.id ALLOWED',
      'node.id Closed.id DENIED',
    ]);
    expect(explain('{ node { id } }', editor).allowed).toBe(true);
    expect(explain('{ node { ... on Closed { id } } }', editor).allowed).toBe(false);
  });
  test.each([
    ['a document that does not parse', '{', {}],
    ['one that is not valid', '{ nope }', {}],
    ['an operation of no such name', '{ signedIn }', { operationName: 'X' }],
    ['variables of the wrong kind', 'query ($x: Int) { open(x: $x) { x } }', { variables: { x: 'one' } }],
  ])('but not %s', (_, document, options) => expect(() => explain(document, anonymous, options)).toThrow());
});
