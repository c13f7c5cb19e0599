import { describe, expect, test } from '@jest/globals';
import { changesOf, matrixCsv, markdownOf, readCommitted } from '../../web/access/export-matrix.ts';
import { filtered, matrixOf, rowsOf, scopesOf, type FieldAccess } from '../../web/access/matrix.ts';
import { nullBlastOf } from '../../web/access/null-blast.ts';
import { pathTo, queryOf, type Step } from '../../web/access/reach.ts';
import { field, shapeWith } from '../support/schema-shape.ts';

const everywhere = (): boolean => true;
const names = (path: readonly Step[] | undefined) => path?.map(({ field: { name } }) => name);

describe('The way to a field', () => {
  const shape = shapeWith({
    Query: { me: 'User', node: 'Node', posts: '[Post!]!' },
    User: { secret: 'String', posts: '[Post!]!' },
    Post: { author: 'User!', title: 'String!' },
    Node: ['User', 'Post'],
    Orphan: { alone: 'String' },
  });

  test('is the shortest one', () => {
    expect(names(pathTo(shape, 'Post.title', everywhere))).toEqual(['posts', 'title']);
  });

  test('goes around what the caller is denied', () => {
    const closed = new Set(['Query.me', 'Query.node']);
    expect(names(pathTo(shape, 'User.secret', (at) => !closed.has(at)))).toEqual(['posts', 'author', 'secret']);
  });

  test('is absent if the field itself is denied, or if nothing leads to its type', () => {
    expect(pathTo(shape, 'User.secret', (at) => at !== 'User.secret')).toBeUndefined();
    expect(pathTo(shape, 'Orphan.alone', everywhere)).toBeUndefined();
  });

  test('is written with a fragment if it leads through an abstract type', () => {
    const open = new Set(['Query.node', 'Post.title']);
    const path = pathTo(shape, 'Post.title', (at) => open.has(at)) ?? [];
    expect(queryOf(path)).toBe('{ node { ... on Post { title } } }');
  });
});

describe('A refused field', () => {
  const path = (...types: readonly string[]): Step[] =>
    types.map((type, index) => ({ type: 'T', field: field(`f${index}`, type) }));

  test.each([
    ['alone becomes null, if it may be null', ['T!', 'String'], ['f0', 'f1'], true],
    ['takes the object along, if it may not be null', ['T', 'String!'], ['f0'], false],
    ['takes one item of a list along, if items may be null', ['[T]!', 'String!'], ['f0[]'], false],
    ['takes the whole list along, if items may not be null', ['[T!]', 'String!'], ['f0'], false],
    ['takes the whole answer along, if nothing on the way may be null', ['[T!]!', 'T!', 'String!'], [], false],
  ])('%s', (_, types, at, isContained) => {
    expect(nullBlastOf(path(...types))).toEqual({ at, isContained });
  });
});

describe('The lines of the matrix:', () => {
  const line = (coordinate: string, requirement: string, rest: Partial<FieldAccess> = {}): FieldAccess => ({
    coordinate,
    requirement,
    anonymous: 'DENIED',
    roles: [{ role: 'ADMIN', outcome: 'ALLOWED' }],
    rules: [],
    policies: [],
    warnings: [],
    ...rest,
  });
  const matrix = matrixOf([
    line('Article.title', 'this Article: read'),
    line('Query.open', 'public', { anonymous: 'ALLOWED' }),
    line('Query.users', 'scope users:read'),
  ]);
  const none = { text: '', show: 'all', column: '', outcome: '', scope: '' } as const;

  test('roots come first, and a root field that is open without a word is unguarded', () => {
    expect(matrix.groups.map(({ type }) => type)).toEqual(['Query', 'Article']);
    expect(matrix.groups[0]?.lines[0]?.marks).toEqual(['UNGUARDED', 'UNGUARDED']);
  });

  test('filters leave the lines that meet all of them', () => {
    const left = (filter: object) =>
      filtered(matrix, { ...none, ...filter }).groups.flatMap(({ lines }) => lines.map(({ coordinate }) => coordinate));
    expect(left({ scope: 'users:read' })).toEqual(['Query.users']);
    expect(left({ show: 'unguarded' })).toEqual(['Query.open']);
    expect(left({ text: 'article read' })).toEqual(['Article.title']);
    expect(left({ column: 'anonymous', outcome: 'DENIED' })).toEqual(['Query.users', 'Article.title']);
  });

  test('a closed group shows its head alone', () => {
    expect(rowsOf(matrix, new Set(['Query'])).map(({ line: one }) => one?.coordinate)).toEqual([
      undefined,
      undefined,
      'Article.title',
    ]);
  });

  test('scopes are found in a requirement', () => {
    expect(scopesOf('signed in; scope users:read or scope api-keys:revoke; this User: read')).toEqual([
      'users:read',
      'api-keys:revoke',
    ]);
  });

  test('a committed matrix, Markdown or CSV, tells what has changed and what is gone', () => {
    for (const write of [markdownOf, matrixCsv])
      expect(changesOf(matrix, readCommitted(write(matrix))).changed).toEqual(new Set());
    const older = '| Query.users | yes | yes | scope users:read |\n| Query.gone | no | no | public |\n';
    const { changed, gone } = changesOf(matrix, readCommitted(older));
    expect(changed).toEqual(new Set(['Query.open', 'Query.users', 'Article.title']));
    expect(gone).toEqual(['Query.gone']);
  });

  test('what is exported runs nowhere: no formula, and no cell too many', () => {
    const hostile = matrixOf([line('Query.x', '=cmd|"a,b" <script>', { rules: [] })]);
    expect(matrixCsv(hostile)).toContain(`"'=cmd|""a,b"" <script>"`);
    expect(markdownOf(hostile)).toContain('=cmd\\|');
  });
});
