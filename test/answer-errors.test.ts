import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import type { Refusal } from '../src/audit/record.ts';
import { AppError } from '../src/errors.ts';
import { answerErrors } from '../src/graphql/answer-errors.ts';

/** Looks at an answer before it leaves, as Apollo Server has it done. */
async function lookAt(result: object, asked: object = {}, settings: object = {}) {
  const refusals: Refusal[] = [];
  const plugin = answerErrors({
    report: (error) => (error instanceof AppError ? error : new AppError('INTERNAL_SERVER_ERROR', 'A defect.')),
    tellRequired: true,
    maxAnswerBytes: 1_000,
    tellsRefusalIds: false,
    onRefused: async (_, refused) => refused.map((refusal) => `event ${refusals.push(refusal)}`),
    ...settings,
  });
  const hooks = await plugin.requestDidStart?.({} as never);
  const http = { headers: new Map<string, string>(), status: undefined };
  const body = { kind: 'single', singleResult: result };
  const contextValue = { credential: { source: 'bearer' }, requestId: 'r', principal: { kind: 'anonymous' } };
  const context = { response: { body, http }, request: {}, contextValue, operation: { operation: 'query' }, ...asked };
  await hooks?.willSendResponse?.(context as never);
  return { result: body.singleResult, status: http.status, headers: Object.fromEntries(http.headers), refusals };
}

const refusal = new GraphQLError('No.', {
  path: ['a'],
  extensions: { code: 'FORBIDDEN', required: [[{ scopes: ['s'] }]] },
});
const told = { message: 'No.', path: ['a'], extensions: refusal.extensions };

describe('An answer', () => {
  test('without errors is left as it is', async () => {
    expect(await lookAt({ data: { a: 1 } })).toEqual({ result: { data: { a: 1 } }, headers: {}, refusals: [] });
  });

  test('with a refusal tells it, and a client by token which scope would suffice', async () => {
    const asked = { errors: [refusal] };
    const byToken = await lookAt({ data: { a: null } }, asked);
    expect(byToken.result).toEqual({ data: { a: null }, errors: [told] });
    expect([byToken.status, byToken.headers]).toEqual([
      200,
      { 'www-authenticate': 'Bearer error="insufficient_scope", scope="s"' },
    ]);
    const contextValue = { credential: { source: 'cookie' }, requestId: 'r' };
    expect((await lookAt({ data: { a: null } }, { ...asked, contextValue })).headers).toEqual({});
  });

  test('of an operation that was refused as a whole has no data, and each path', async () => {
    const refused = [{ path: ['b'], code: 'FORBIDDEN' }];
    const errors = [new GraphQLError('No.', { path: ['a'], extensions: { code: 'FORBIDDEN', refused } })];
    expect((await lookAt({ data: { a: 1 } }, { errors })).result).toEqual({
      data: null,
      errors: [{ message: 'No.', path: ['b'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('that is too large has nothing but that error, which is an event', async () => {
    const message = 'The answer is larger than 1000 bytes. Ask for fewer fields or rows.';
    const { result, status, refusals } = await lookAt({ data: { a: 'x'.repeat(1_000) } }, { errors: [refusal] });
    expect(result).toEqual({ data: null, errors: [{ message, extensions: { code: 'OPERATION_TOO_COMPLEX' } }] });
    expect([status, refusals]).toEqual([200, [{ kind: 'request', reason: 'too_complex' }]]);
  });

  test('that was refused for its cost is an event as well', async () => {
    const originalError = new AppError('OPERATION_TOO_COMPLEX', 'Too deep.');
    const { result, status, refusals } = await lookAt(
      {},
      { errors: [new GraphQLError('Too deep.', { originalError })] },
    );
    expect(result).toEqual({ errors: [{ message: 'Too deep.', extensions: { code: 'OPERATION_TOO_COMPLEX' } }] });
    expect([status, refusals]).toEqual([400, [{ kind: 'request', reason: 'too_complex' }]]);
  });

  test('to an invalid document tells of the credential that has ended, and of nothing else', async () => {
    const errors = [new GraphQLError('No such field.', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })];
    const credential = { source: 'bearer', ended: { reason: 'EXPIRED' } };
    const contextValue = { credential, requestId: 'r', principal: { kind: 'anonymous' } };
    const codesOf = async (asked: object): Promise<unknown> => {
      const { result } = await lookAt({}, { contextValue, ...asked });
      return 'errors' in result ? (result.errors as GraphQLError[]).map(({ extensions }) => extensions['code']) : [];
    };
    expect(await codesOf({ errors, operation: undefined })).toEqual(['UNAUTHENTICATED']);
    expect(await codesOf({ errors })).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codesOf({ operation: undefined })).toEqual([]);
    const lasting = { ...contextValue, credential: { source: 'bearer' } };
    expect(await codesOf({ errors, operation: undefined, contextValue: lasting })).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });

  test('in parts is left to those who make it', async () => {
    const body = { kind: 'incremental' };
    expect((await lookAt({}, { errors: [refusal], response: { body } })).result).toEqual({});
  });

  test('explains a refusal to a developer, and adds nothing where there is nothing', async () => {
    const other = new GraphQLError('Not there.', { path: ['b'], extensions: { code: 'NOT_FOUND' } });
    const explain = () => (error: { readonly path?: readonly unknown[] }) =>
      error.path?.[0] === 'a' ? { rule: 'why' } : undefined;
    const { result } = await lookAt({ data: null }, { errors: [refusal, other] }, { explain });
    expect(result).toEqual({
      data: null,
      errors: [
        { ...told, extensions: { ...refusal.extensions, explain: { rule: 'why' } } },
        { message: 'Not there.', path: ['b'], extensions: { code: 'NOT_FOUND' } },
      ],
    });
  });
});
