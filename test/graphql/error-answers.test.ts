import type { GraphQLRequestContext } from '@apollo/server';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, GraphQLError, parse, Source, visit, type ASTNode } from 'graphql';
import { AppError } from '../../src/errors.ts';
import { coordinateAt, type Path } from '../../src/graphql/coordinate-at.ts';
import { fragmentsOf } from '../../src/graphql/executed-fields.ts';
import { describeErrors, refusedAsAWhole } from '../../src/graphql/format-error.ts';
import { applyHttp } from '../../src/graphql/http-status.ts';
import { insufficientScope } from '../../src/graphql/insufficient-scope.ts';
import { locationsOf, movePositions } from '../../src/graphql/positions.ts';
import { requestRefusalOf } from '../../src/graphql/request-refusal.ts';
import { QueueFullError } from '../../src/limits/fair-queue.ts';
import type { RequestContext } from '../../src/request/context.ts';

const coded = (code: string, details: object = {}, message = 'No.'): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...details } });

describe('An error of an answer', () => {
  const hidden = new AppError('INTERNAL_SERVER_ERROR', 'Something went wrong.');
  function described(error: GraphQLError, tellRequired = true) {
    const reported: unknown[] = [];
    const report = (cause: unknown): AppError => {
      reported.push(cause);
      return cause instanceof AppError ? cause : hidden;
    };
    const { formatted, appErrors } = describeErrors([error], { report, tellRequired, requestId: 'r' });
    return { formatted: formatted[0], appErrors, reported };
  }

  test.each([
    ['FORBIDDEN', 'FORBIDDEN'],
    ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'],
    ['OPERATION_RESOLUTION_FAILURE', 'BAD_REQUEST'],
    ['PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_REQUEST'],
    ['PERSISTED_QUERY_NOT_FOUND', 'BAD_REQUEST'],
  ])('that is made for clients as %s is told as %s', (code, told) => {
    const { formatted, appErrors, reported } = described(coded(code, { secret: 1 }));
    expect([formatted, appErrors, reported]).toEqual([{ message: 'No.', extensions: { code: told } }, [], []]);
    const thrown = new GraphQLError('No.', { originalError: coded(code) });
    expect(described(thrown).formatted?.extensions).toEqual({ code: told });
  });

  test.each([
    ['without a code', new GraphQLError('A secret.')],
    ['with a code of ours for defects', coded('INTERNAL_SERVER_ERROR')],
    ['with an unknown code', coded('DEPTH_EXCEEDED')],
    ['with a code that every object has', coded('constructor')],
    ['with a code that is none', new GraphQLError('A secret.', { extensions: { code: 7 } })],
  ])('%s is a defect, of which nothing is told but the request', (_, error) => {
    const { formatted, appErrors, reported } = described(error);
    expect(formatted).toEqual({ message: hidden.message, extensions: { code: hidden.code, requestId: 'r' } });
    expect([appErrors, reported]).toEqual([[hidden], [error]]);
  });

  test('that a library threw is a defect, whatever code stands beside it', () => {
    const originalError = new Error('A secret.');
    const { formatted, reported } = described(
      new GraphQLError('A secret.', { originalError, extensions: { code: 'FORBIDDEN' } }),
    );
    expect([formatted?.message, reported]).toEqual([hidden.message, [originalError]]);
  });

  test('of ours is told as it is, and reported', () => {
    const originalError = new AppError('RATE_LIMITED', 'x'.repeat(300), { retryAfterSeconds: 3 });
    const { formatted, appErrors, reported } = described(
      new GraphQLError('Another.', { originalError, path: ['a', 0], extensions: { code: 'FORBIDDEN' } }),
    );
    expect(formatted).toEqual({
      message: originalError.message,
      path: ['a', 0],
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 3 },
    });
    expect([appErrors, reported]).toEqual([[originalError], [originalError]]);
  });

  test('says where it stands', () => {
    const source = new Source('{\n a }');
    const error = new GraphQLError('No.', { source, positions: [3], extensions: { code: 'BAD_USER_INPUT' } });
    expect(described(error).formatted?.locations).toEqual([{ line: 2, column: 2 }]);
  });

  test('is cut where it may repeat the document, and never within a character', () => {
    const messageOf = (message: string): unknown => described(coded('BAD_USER_INPUT', {}, message)).formatted?.message;
    expect(messageOf('x'.repeat(200))).toBe('x'.repeat(200));
    expect(messageOf('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
    expect(messageOf(`${'x'.repeat(199)}😀`)).toBe(`${'x'.repeat(199)}\uFFFD…`);
  });

  test('tells what would suffice where that is told, and whether there is a factor in either case', () => {
    const error = coded('MFA_REQUIRED', { enrolled: false, required: [] });
    expect(described(error).formatted?.extensions).toEqual({ code: 'MFA_REQUIRED', enrolled: false, required: [] });
    expect(described(error, false).formatted?.extensions).toEqual({ code: 'MFA_REQUIRED', enrolled: false });
  });
});

describe('The errors of an answer', () => {
  const report = (): AppError => new AppError('INTERNAL_SERVER_ERROR', 'Something went wrong.');
  const tell = (count: number) =>
    describeErrors(Array<GraphQLError>(count).fill(coded('FORBIDDEN')), { report, tellRequired: true, requestId: 'r' });
  const more = { message: '1 more errors are not shown.', extensions: { code: 'OPERATION_TOO_COMPLEX', hidden: 1 } };

  test('are a hundred at most', () => {
    expect(tell(100).formatted.map(({ extensions }) => extensions?.['code'])).toEqual(Array(100).fill('FORBIDDEN'));
    expect(tell(101).formatted.slice(99)).toEqual([{ message: 'No.', extensions: { code: 'FORBIDDEN' } }, more]);
  });

  test('of an operation that is refused as a whole are its paths, a hundred at most', () => {
    const refused = (count: number, details: object = {}): GraphQLError =>
      coded('FORBIDDEN', {
        refused: Array.from({ length: count }, (_, index) => ({ path: [`a${index}`], code: 'FORBIDDEN', ...details })),
      });
    const told = { message: 'No.', path: ['a0'], extensions: { code: 'FORBIDDEN' } };
    expect(refusedAsAWhole([coded('FORBIDDEN'), coded('NOT_FOUND')])).toBeNull();
    expect(refusedAsAWhole([coded('FORBIDDEN', { refused: [] })])).toBeNull();
    expect(refusedAsAWhole([coded('BAD_REQUEST'), refused(1)])).toEqual([told]);
    expect(refusedAsAWhole([refused(1, { code: 'NOT_FOUND' })])).toEqual([
      { message: 'You may not do this.', path: ['a0'], extensions: { code: 'NOT_FOUND' } },
    ]);
    expect(refusedAsAWhole([refused(1, { required: [], enrolled: true })])?.[0]?.extensions).toEqual({
      code: 'FORBIDDEN',
      enrolled: true,
    });
    expect(refusedAsAWhole([refused(1, { required: [] })], true)?.[0]?.extensions).toEqual({
      code: 'FORBIDDEN',
      required: [],
    });
    expect(refusedAsAWhole([refused(100)])).toHaveLength(100);
    expect(refusedAsAWhole([refused(101)])?.slice(100)).toEqual([more]);
  });
});

describe('The status of an answer', () => {
  const ours = (code: AppError['code'], options = {}): AppError => new AppError(code, 'No.', options);
  function answered(data: unknown, errors: readonly (GraphQLError | AppError)[], accept?: string, kind = 'single') {
    const http = { headers: new Map<string, string>(), status: undefined };
    const headers = new Map(accept === undefined ? [] : [['accept', accept]]);
    const body = kind === 'none' ? undefined : { kind, singleResult: { data } };
    const context = { response: { body, http }, request: { http: { headers } } };
    applyHttp(
      context as unknown as GraphQLRequestContext<RequestContext>,
      errors.map((error) => (error instanceof AppError ? coded(error.code) : error)),
      errors.filter((error) => error instanceof AppError),
    );
    return { status: http.status, headers: [...http.headers] };
  }
  const responseJson = 'text/html, application/graphql-response+json; q=0.9';

  test.each<
    readonly [what: string, data: unknown, errors: readonly (GraphQLError | AppError)[], status: number | undefined]
  >([
    ['an error beside data', { a: 1 }, [ours('RATE_LIMITED')], 200],
    ['an error that decides, beside data', { a: 1 }, [ours('NOT_FOUND'), ours('FORBIDDEN', { httpStatus: 418 })], 418],
    ['no data that was executed', null, [ours('FORBIDDEN')], 200],
    ['no data and a limit', null, [ours('FORBIDDEN'), ours('RATE_LIMITED')], 429],
    ['no data and a service that is away', null, [ours('SERVICE_UNAVAILABLE'), ours('RATE_LIMITED')], 503],
    ['a refusal before execution', undefined, [ours('UNAUTHENTICATED')], 401],
    ['a wrong input before execution', undefined, [ours('BAD_USER_INPUT')], 200],
    ['a wrong input and a refusal', undefined, [ours('BAD_USER_INPUT'), ours('FORBIDDEN')], 403],
    ['a document that is none', undefined, [coded('GRAPHQL_PARSE_FAILED'), coded('GRAPHQL_VALIDATION_FAILED')], 200],
    ['an unknown operation', undefined, [coded('OPERATION_RESOLUTION_FAILURE')], 200],
    ['a kept document', undefined, [coded('PERSISTED_QUERY_NOT_SUPPORTED')], 200],
    ['a malformed request', undefined, [coded('BAD_USER_INPUT'), coded('BAD_REQUEST')], undefined],
  ])('of %s', (_, data, errors, status) => {
    expect(answered(data, errors).status).toBe(status);
  });

  test('tells a client that reads application/graphql-response+json that nothing was executed', () => {
    const invalid = [coded('GRAPHQL_VALIDATION_FAILED')];
    expect(answered(undefined, invalid, responseJson).status).toBe(400);
    expect(answered(undefined, invalid, 'application/json').status).toBe(200);
    expect(answered({ a: 1 }, invalid, responseJson).status).toBe(200);
    expect(answered(undefined, [ours('FORBIDDEN')], responseJson).status).toBe(403);
  });

  test('of what has no single result is that of the error', () => {
    for (const kind of ['incremental', 'none'])
      expect(answered({ a: 1 }, [ours('FORBIDDEN')], '', kind).status).toBe(403);
  });

  test('comes with the headers of every error', () => {
    const errors = [ours('RATE_LIMITED', { retryAfterSeconds: 7 }), ours('FORBIDDEN', { headers: { 'x-a': 'b' } })];
    expect(answered(null, errors).headers).toEqual([
      ['retry-after', '7'],
      ['x-a', 'b'],
    ]);
    expect(answered(null, [ours('FORBIDDEN')]).headers).toEqual([]);
  });
});

describe('A challenge for a wider token', () => {
  const asking = (...required: object[][]): GraphQLError => coded('FORBIDDEN', { required });
  const challenge = (...scopes: string[]): string => `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"`;

  test.each<readonly [what: string, errors: readonly GraphQLError[], expected: string | undefined]>([
    ['names the scopes of a refusal', [asking([{ scopes: ['a', 'b'] }])], challenge('a', 'b')],
    ['names those of each demand', [asking([{ scopes: ['a'] }], [{ scopes: ['b'] }])], challenge('a', 'b')],
    [
      'names those of the first alternative that scopes alone meet',
      [
        asking([
          { roles: ['r'] },
          { scopes: ['a'], roles: ['r'] },
          { scopes: ['b'], kinds: ['user'] },
          { scopes: ['c'] },
        ]),
      ],
      challenge('c'),
    ],
    ['names each once', [asking([{ scopes: ['a'] }]), asking([{ scopes: ['a'] }])], challenge('a')],
    [
      'names those of paths',
      [
        coded('FORBIDDEN', {
          refused: [{ code: 'FORBIDDEN', required: [[{ scopes: ['a'] }]] }, { code: 'FORBIDDEN' }],
        }),
      ],
      challenge('a'),
    ],
    ['is none where a demand asks for more', [asking([{ scopes: ['a'] }], [{ roles: ['r'] }])], undefined],
    ['is none where nothing would suffice', [asking()], undefined],
    ['is none for another refusal', [coded('MFA_REQUIRED', { required: [[{ scopes: ['a'] }]] })], undefined],
    ['is none where it is not told', [coded('FORBIDDEN')], undefined],
    ['is none without an error', [], undefined],
  ])('%s', (_, errors, expected) => {
    expect(insufficientScope(errors)).toBe(expected);
  });
});

test('A request is refused for its cost, its size, those that wait, or what a door says; anything else is no event', () => {
  expect(
    [
      new AppError('OPERATION_TOO_COMPLEX', 'No.'),
      new AppError('BAD_REQUEST', 'No.', { httpStatus: 413 }),
      new AppError('SERVICE_UNAVAILABLE', 'No.', { cause: new QueueFullError() }),
      new AppError('UNAUTHENTICATED', 'No.', { refusal: 'bad_client' }),
      new AppError('SERVICE_UNAVAILABLE', 'No.', { cause: new Error() }),
      new Error('OPERATION_TOO_COMPLEX'),
      null,
    ].map(requestRefusalOf),
  ).toEqual([
    ...['too_complex', 'too_large', 'too_busy', 'bad_client'].map((reason) => ({ kind: 'request', reason })),
    null,
    null,
    null,
  ]);
});

describe('The position of an error', () => {
  const at = (nodes: readonly ASTNode[]) => locationsOf(new GraphQLError('No.', { nodes }));

  test('is that of its nodes, in lines that end in any way', () => {
    const source = '{\n  a\r\n  b(c: 1)\r d\n\n\ne }';
    const document = parse(source);
    movePositions(document);
    const found = new Map<string, unknown>();
    visit(document, {
      Field(node) {
        found.set(node.name.value, at([node]));
      },
    });
    expect(Object.fromEntries(found)).toEqual({
      a: [{ line: 2, column: 3 }],
      b: [{ line: 3, column: 3 }],
      d: [{ line: 4, column: 2 }],
      e: [{ line: 7, column: 1 }],
    });
    const [operation] = document.definitions;
    // graphql-js looks for none itself: it would read the text from its beginning for each error.
    expect(new GraphQLError('No.', { nodes: operation ?? null }).locations).toBeUndefined();
    expect(operation && at([operation, document, parse('{ a }', { noLocation: true })])).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 1 },
    ]);
  });

  test('is the one that it has already, or none', () => {
    const located = new GraphQLError('No.', { source: parse('{ a }').loc?.source ?? null, positions: [2] });
    expect(locationsOf(located)).toEqual([{ line: 1, column: 3 }]);
    const unknown = parse('{ a }', { noLocation: true });
    movePositions(unknown);
    expect([at([unknown]), at([]), locationsOf(new GraphQLError('No.'))]).toEqual([undefined, undefined, undefined]);
  });
});

describe('The coordinate of a refusal', () => {
  const schema = buildSchema(`
    type Query implements Named { name: String again: Named self: Query named: Named being: Being list: [Page] }
    type Page implements Named { name: String again: Named title: String query: Query }
    interface Named { name: String again: Named }
    union Being = Query | Page
  `);
  const coordinateOf = (source: string, path: Path): string | undefined => {
    const document = parse(source);
    const operation = getOperationAST(document);
    return operation == null ? 'no operation' : coordinateAt(schema, operation, fragmentsOf(document), path);
  };

  test.each<readonly [source: string, path: Path, coordinate: string | undefined]>([
    ['{ name }', ['name'], 'Query.name'],
    ['{ a: name name: self { name } }', ['a'], 'Query.name'],
    ['{ a: name name: self { name } }', ['name', 'name'], 'Query.name'],
    ['{ list { title } }', ['list', 3, 'title'], 'Page.title'],
    ['{ list { title } list { query { named { name } } } }', ['list', 0, 'query', 'named', 'name'], 'Named.name'],
    ['{ being { ... on Page { title } ... on Query { name } } }', ['being', 'name'], 'Query.name'],
    ['{ ... { ... on Query { being { ...F } } } } fragment F on Page { title }', ['being', 'title'], 'Page.title'],
    ['{ named { ...F } self { ...F name } } fragment F on Page { title ...F }', ['named', 'title'], 'Page.title'],
    [
      '{ self { ...F ...F } } fragment F on Query { ...G } fragment G on Query { name }',
      ['self', 'name'],
      'Query.name',
    ],
    ['{ named { again { name } } }', ['named', 'again', 'name'], 'Named.name'],
    ['{ being { __typename } }', ['being', '__typename'], 'Being.__typename'],
    ['{ list { title } }', ['list', 0, 'name'], undefined],
    ['{ name }', ['name', 'name'], undefined],
    ['{ name }', [], undefined],
    ['{ ...Unknown ... on Nothing { name } }', ['name'], undefined],
    ['mutation { name }', ['name'], undefined],
  ])('%s %j is that of the schema', (source, path, coordinate) => {
    expect(coordinateOf(source, path)).toBe(coordinate);
  });
});
