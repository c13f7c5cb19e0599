import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { matrixPage } from '../../src/access/matrix-page.ts';
import { matrixText } from '../../src/access/matrix-text.ts';
import { requireVariables, simulate } from '../../src/access/simulate.ts';
import type { AccessGrounds, FieldAccess } from '../../src/authorization/index.ts';
import { AppError } from '../../src/errors.ts';
import { build } from '../authorization/support.ts';

const line = (coordinate: string, anonymous: FieldAccess['anonymous'], requirement: string): FieldAccess => ({
  coordinate,
  anonymous,
  roles: [
    { role: 'VIEWER', outcome: 'ALLOWED' },
    { role: 'ADMIN', outcome: 'DEPENDS_ON_OBJECT' },
  ],
  requirement,
});
const lines = [
  line('Query.me', 'DENIED', 'role "A", or <B>'),
  line('Query.open', 'ALLOWED', 'public'),
  line('User.name', 'ALLOWED', 'public'),
];

describe('The access matrix', () => {
  test('is a table, Markdown or CSV', () => {
    expect(matrixText(lines, 'table')).toBe(
      [
        'coordinate  anonymous  VIEWER  ADMIN    requirement',
        'Query.me    no         yes     depends  role "A", or <B>',
        'Query.open  yes        yes     depends  public',
        'User.name   yes        yes     depends  public',
        '',
      ].join('\n'),
    );
    expect(matrixText(lines, 'markdown').split('\n').slice(0, 3)).toEqual([
      '| coordinate | anonymous | VIEWER | ADMIN | requirement |',
      '| --- | --- | --- | --- | --- |',
      '| Query.me | no | yes | depends | role "A", or <B> |',
    ]);
    expect(matrixText(lines, 'csv').split('\n').slice(0, 3)).toEqual([
      'coordinate,anonymous,VIEWER,ADMIN,requirement',
      'Query.me,no,yes,depends,"role ""A"", or <B>"',
      'Query.open,yes,yes,depends,public',
    ]);
    expect(matrixText([], 'csv')).toBe('coordinate,anonymous,requirement\n');
  });

  test('is a page that stands by itself, and shows what nobody has decided', () => {
    const rules: Readonly<Record<string, AccessGrounds['rules']>> = {
      'Query.me': [
        { coordinate: 'Query.me', directive: '@hasRole', place: 'schema/users.graphql:3' },
        { coordinate: 'Query', directive: '@auth', place: null },
      ],
    };
    const groundsOf = (coordinate: string) => ({ rules: rules[coordinate] ?? [] });
    const page = matrixPage({ lines, groundsOf, server: 'https://<x>', at: new Date(0) });
    expect(page).toContain('<title>Access matrix of https://&lt;x&gt;</title>');
    expect(page).toContain(
      'https://&lt;x&gt;, as of 1970-01-01T00:00:00.000Z. 3 fields. ● allowed, ◐ depends, ○ denied, ! unguarded.',
    );
    const heads = page.match(/<h2>.*<\/h2>|<th>[^<]*<\/th>/g)?.slice(0, 8);
    expect(heads).toEqual([
      '<h2>Query</h2>',
      ...['Field', 'anonymous', 'VIEWER', 'ADMIN', 'Requirement', 'Stands at'].map((head) => `<th>${head}</th>`),
      '<h2>User</h2>',
    ]);
    expect(page.match(/<tr><th scope.*?<\/tr>/g)).toEqual([
      '<tr><th scope="row">me</th><td class="DENIED">○ denied</td><td class="ALLOWED">● allowed</td><td class="DEPENDS_ON_OBJECT">◐ depends</td><td>role &quot;A&quot;, or &lt;B&gt;</td><td>@hasRole schema/users.graphql:3; @auth</td></tr>',
      '<tr><th scope="row">open</th><td class="UNGUARDED">! unguarded</td><td class="UNGUARDED">! unguarded</td><td class="UNGUARDED">! unguarded</td><td>public</td><td></td></tr>',
      '<tr><th scope="row">name</th><td class="ALLOWED">● allowed</td><td class="ALLOWED">● allowed</td><td class="DEPENDS_ON_OBJECT">◐ depends</td><td>public</td><td></td></tr>',
    ]);
    const [decided, silent, only] = [
      line('Query.all', 'ALLOWED', 'public'),
      line('Query.none', 'DENIED', 'auth'),
      lines[0],
    ];
    const all = { rules: [{ coordinate: 'Query.all', directive: '@public', place: null }] };
    const other = matrixPage({
      lines: [decided, silent],
      groundsOf: (coordinate) => (coordinate === 'Query.all' ? all : { rules: [] }),
      server: 'x',
      at: new Date(0),
    });
    expect(other).not.toContain('class="UNGUARDED"');
    expect(matrixPage({ lines: only === undefined ? [] : [only], groundsOf, server: 'x', at: new Date(0) })).toContain(
      '<th>VIEWER</th><th>ADMIN</th>',
    );
    expect(matrixPage({ lines: [], groundsOf, server: 'x', at: new Date(0) })).toContain('0 fields.');
  });
});

describe('A simulated operation', () => {
  test('has variables that are an object, or none', () => {
    expect([undefined, null, { a: 1 }].map(requireVariables)).toEqual([{}, {}, { a: 1 }]);
    for (const other of ['{}', 1, [], [{ a: 1 }], true]) {
      expect(() => requireVariables(other)).toThrow(
        expect.objectContaining({
          message: '`variables` must be an object.',
          options: { field: 'input.variables', problem: 'invalid_value' },
        }),
      );
    }
  });

  test('that is wrong is told the place where it is', () => {
    const { schema } = build({ sdl: 'type Query { a: Int @public }' });
    const run = (operation: string, bounds = {}) => simulate(schema, { kind: 'anonymous' }, { operation }, bounds);
    expect(() => run('{ a')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: 'Syntax Error: Expected Name, found <EOF>. (line 1, column 4)',
        options: { field: 'input.operation', problem: 'invalid_operation' },
      }),
    );
    expect(() => run('{'.repeat(101))).toThrow('nested too deeply');
    expect(() => run(`{ ${'a '.repeat(4_000)}`)).toThrow('4000 tokens');
    const check = (thrown: Error) => () => {
      throw thrown;
    };
    expect(() => run('{ a }', { check: check(new GraphQLError('No place.')) })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: 'No place.' }),
    );
    const ours = new AppError('OPERATION_TOO_COMPLEX', 'Too much.');
    expect(() => run('{ a }', { check: check(new GraphQLError('x', { originalError: ours })) })).toThrow(ours);
    expect(() => run('{ a }', { check: check(new TypeError('a defect')) })).toThrow(TypeError);
  });
});
