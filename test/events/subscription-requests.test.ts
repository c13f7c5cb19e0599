import { describe, expect, test } from '@jest/globals';
import { buildSchema, GraphQLError, type ASTVisitor } from 'graphql';
import { AppError } from '../../src/errors.ts';
import { createPrepareSubscription, type SubscriptionRequest } from '../../src/graphql/subscriptions.ts';
import type { RequestContext } from '../../src/request/context.ts';

const schema = buildSchema(`
  type Query { a: Int }
  type Subscription { a(n: Int): Deep }
  type Deep { a: Int deep: Deep }
`);
const context = {} as RequestContext;
const noAliasOfRule = (report: { reportError: (error: GraphQLError) => void }): ASTVisitor => ({
  Field(node) {
    if (node.alias?.value === 'rule') report.reportError(new GraphQLError('A rule of the host.', { nodes: node }));
  },
});
const prepare = createPrepareSubscription(schema, [noAliasOfRule]);
const document = 'subscription S($n: Int) { a(n: $n) { a } }';

describe('A subscription', () => {
  test('is prepared as it was sent', () => {
    expect(prepare({ query: document, operationName: 'S', variables: { n: 1 } }, context)).toEqual({
      schema,
      document: expect.objectContaining({ kind: 'Document', loc: undefined }),
      contextValue: context,
      operationName: 'S',
      variableValues: { n: 1 },
    });
    for (const absent of [{}, { operationName: null, variables: null }]) {
      expect(prepare({ query: document, ...absent }, context)).toMatchObject({
        operationName: null,
        variableValues: {},
      });
    }
    const chosen = prepare({ query: `query Q { a } ${document}`, operationName: 'S' }, context);
    expect(chosen).toMatchObject({ operationName: 'S' });
  });

  const told = (error: unknown): unknown => {
    if (!(error instanceof GraphQLError)) return error;
    const { originalError, extensions } = error;
    return originalError instanceof AppError ? originalError.code : extensions['code'];
  };

  test.each<readonly [what: string, code: string, request: SubscriptionRequest, message?: string]>([
    ['is no GraphQL', 'GRAPHQL_PARSE_FAILED', { query: 'subscription {' }],
    ['is invalid', 'GRAPHQL_VALIDATION_FAILED', { query: 'subscription { b }' }],
    ['breaks a rule of the host', 'GRAPHQL_VALIDATION_FAILED', { query: 'subscription { rule: a { a } }' }],
    ['is nested too deeply to be parsed', 'OPERATION_TOO_COMPLEX', { query: '{a'.repeat(101) }],
    ['has an unknown name', 'BAD_REQUEST', { query: document, operationName: 'T' }],
    ['is one of two, without its name', 'BAD_REQUEST', { query: `${document} subscription T { a { a } }` }],
    ['is a query', 'BAD_REQUEST', { query: '{ a }' }],
    ['is a query by its name', 'BAD_REQUEST', { query: `query Q { a } ${document}`, operationName: 'Q' }],
    ['has variables of other types', 'BAD_USER_INPUT', { query: document, variables: { n: 'x' } }],
    [
      'is too deep',
      'OPERATION_TOO_COMPLEX',
      { query: `subscription { a { ${'deep { '.repeat(14)} a ${'}'.repeat(14)} } }` },
    ],
  ])('that %s is refused', (_, code, request) => {
    const refused = prepare(request, context);
    expect(Array.isArray(refused) && refused.map(told)).toEqual([code]);
  });

  test('that is invalid is told where, without a name that there is', () => {
    const refused = prepare({ query: 'subscription {\n a { ab } }' }, context);
    const message = 'Cannot query field "ab" on type "Deep".';
    expect(refused).toMatchObject([{ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' }, nodes: [{}] }]);
    expect(prepare({ query: 'subscription {\n' }, context)).toMatchObject([{ locations: [{ line: 2, column: 1 }] }]);
  });

  test('that fails as a defect is thrown, so that it is reported', () => {
    const broken = createPrepareSubscription(schema, [
      () => {
        throw new TypeError('A rule is broken.');
      },
    ]);
    expect(() => broken({ query: document }, context)).toThrow(TypeError);
  });
});
