import { describe, expect, test } from '@jest/globals';
import { whatSuffices } from '../../web/explorer/what-suffices.ts';
import { treeOf, type Decision } from '../../web/simulator/decision-tree.ts';
import { rolesBySize } from '../../web/simulator/roles-by-size.ts';
import { findSufficient, sufficientText, type IsAllowed } from '../../web/simulator/sufficient.ts';
import { shapeWith } from '../support/schema-shape.ts';

const held: Readonly<Record<string, readonly string[]>> = {
  VIEWER: ['read'],
  EDITOR: ['read', 'write'],
  MODERATOR: ['read', 'moderate', 'report'],
  ADMIN: ['read', 'write', 'moderate', 'report', 'manage'],
};
const all = held['ADMIN'] ?? [];

describe('The smallest rights that would allow an operation', () => {
  const roles = ['VIEWER', 'EDITOR', 'MODERATOR', 'ADMIN'];
  /** Answers as a server for which an operation takes these scopes, or one of these sets of them. */
  const allowing =
    (...sets: ReadonlyArray<readonly string[]>): IsAllowed =>
    async ({ roles: given = [], scopes = given.flatMap((role) => held[role] ?? []) }) =>
      sets.some((needed) => needed.every((scope) => scopes.includes(scope)));
  const found = (isAllowed: IsAllowed, among = roles) => findSufficient(isAllowed, { roles: among, scopes: all });

  test('are the smallest role, if one allows it and smaller ones do not together', async () => {
    expect(await found(allowing(['write']))).toEqual({
      roles: ['EDITOR', 'ADMIN'],
      together: null,
      scopes: ['write'],
    });
  });

  test('are smaller roles together, beside a greater one that holds more than it takes', async () => {
    const sufficient = await found(allowing(['write', 'moderate']));
    expect(sufficient).toEqual({ roles: ['ADMIN'], together: ['EDITOR', 'MODERATOR'], scopes: ['write', 'moderate'] });
    expect(sufficientText(sufficient)).toBe(
      'The smallest role that allows it: ADMIN. EDITOR and MODERATOR together would allow it as well. Scopes that would do: write, moderate.',
    );
  });

  test('are roles together, if none alone allows it', async () => {
    const sufficient = await found(allowing(['write', 'moderate']), ['VIEWER', 'EDITOR', 'MODERATOR']);
    expect(sufficientText(sufficient)).toMatch(
      /^No role alone would allow it all; EDITOR and MODERATOR together would\./,
    );
  });

  test('hold no more scopes than it takes, and none if scopes do not help', async () => {
    expect((await found(allowing(['read', 'manage'], ['report']))).scopes).toEqual(['report']);
    expect((await found(allowing(['write', 'report']))).scopes).toEqual(['write', 'report']);
    expect((await found(allowing([]))).scopes).toEqual([]);
    expect(sufficientText(await found(async () => false))).toBe('No role alone would allow it all.');
  });

  test('are looked for among roles in the order of what they hold', () => {
    const holders = ['manage', ...all].map((scope) => ({
      scope,
      roles: Object.keys(held).filter((role) => held[role]?.includes(scope)),
    }));
    expect(rolesBySize(holders)).toEqual(roles);
  });
});

describe('The tree of an operation', () => {
  const shape = shapeWith({
    Query: { list: '[Post!]', posts: '[Post]!', me: 'User!', search: '[Post!]!' },
    Post: { title: 'String!', note: 'String', writer: 'User!' },
    User: { name: 'String', email: 'String!' },
  });
  const decision = (path: string, coordinate: string, outcome: Decision['outcome'] = 'ALLOWED'): Decision => ({
    path: path.split('.'),
    coordinate,
    outcome,
    requirement: 'public',
    reason: outcome === 'DENIED' ? 'FORBIDDEN: it requires scope users:read' : null,
  });
  const told = (...decisions: Decision[]) =>
    treeOf([decisions], shape).map(({ key, nullAt, isTakenAlong }) => [
      key.split(' ')[0],
      nullAt?.at.join('.'),
      isTakenAlong[0],
    ]);

  test('tells where the null of a refusal lands, by the names that the operation gives', () => {
    expect(
      told(
        decision('all', 'Query.list'),
        decision('all.title', 'Post.title'),
        decision('all.by', 'Post.writer'),
        decision('all.by.email', 'User.email', 'DENIED'),
        decision('me', 'Query.me'),
        decision('me.name', 'User.name', 'DENIED'),
      ),
    ).toEqual([
      ['all', undefined, true],
      ['all.title', undefined, true],
      ['all.by', undefined, true],
      ['all.by.email', 'all', false],
      ['me', undefined, false],
      ['me.name', 'me.name', false],
    ]);
  });

  test('tells that items of a list become null, and the list does not', () => {
    expect(
      told(
        decision('posts', 'Query.posts'),
        decision('posts.title', 'Post.title', 'DENIED'),
        decision('posts.note', 'Post.note'),
      ),
    ).toEqual([
      ['posts', undefined, false],
      ['posts.title', 'posts[]', false],
      ['posts.note', undefined, true],
    ]);
  });

  test('tells that everything is lost, if nothing on the way may be null', () => {
    expect(told(decision('me', 'Query.me', 'DENIED'), decision('list', 'Query.list'))).toEqual([
      ['me', '', false],
      ['list', undefined, true],
    ]);
  });

  test('tells of no null for a list from which a policy leaves objects out, nor for what only one of several types refuses', () => {
    const filtered = { ...decision('search', 'Query.search', 'DENIED'), reason: 'the policy allows no object' };
    expect(told(filtered)).toEqual([['search', undefined, false]]);
    expect(
      told(
        decision('list', 'Query.list'),
        decision('list.title', 'Post.title', 'DENIED'),
        decision('list.title', 'User.name'),
        decision('list.note', 'Post.note'),
      ).at(-1),
    ).toEqual(['list.note', undefined, false]);
  });

  test('tells of no null without the shape of the schema', () => {
    const [row] = treeOf([[decision('me', 'Query.me', 'DENIED')]]);
    expect([row?.nullAt, row?.isTakenAlong]).toEqual([undefined, [false]]);
  });
});

describe('Below a refusal the explorer says what would suffice', () => {
  const error = (extensions?: object) => ({ message: 'No.', ...(extensions && { extensions: extensions as never }) });

  test('in the words of a server in development', () => {
    const explain = { suffices: ['the scope users:read (ADMIN has it)', 'the role EDITOR'] };
    expect(whatSuffices(error({ code: 'FORBIDDEN', explain }))).toBe(
      'the scope users:read (ADMIN has it); and the role EDITOR',
    );
  });

  test('by the rights that TELL_REQUIRED tells, and nothing if it tells none', () => {
    const required = [[{ scopes: ['users:read', 'audit:read'] }, { roles: ['ADMIN'] }], [{ kinds: ['user'] }]];
    expect(whatSuffices(error({ code: 'FORBIDDEN', required }))).toBe(
      'the scope users:read and the scope audit:read, or the role ADMIN; and a caller of the kind user',
    );
    expect(whatSuffices(error({ code: 'NOT_FOUND' }))).toBeUndefined();
    expect(whatSuffices(error({ code: 'FORBIDDEN', explain: { suffices: [] } }))).toBeUndefined();
    expect(whatSuffices(error())).toBeUndefined();
  });
});
