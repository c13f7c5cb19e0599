import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, GraphQLError, parse } from 'graphql';
import type { Refusal } from '../../src/audit/record.ts';
import { AppError } from '../../src/errors.ts';
import { answerErrors } from '../../src/graphql/answer-errors.ts';

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
  return { result: body.singleResult, status: http.status, headers: [...http.headers], refusals };
}

const refusal = new GraphQLError('No.', {
  path: ['a'],
  extensions: { code: 'FORBIDDEN', required: [[{ scopes: ['s'] }]] },
});
const told = { message: 'No.', path: ['a'], extensions: refusal.extensions };

describe('An answer', () => {
  test('without errors is left as it is', async () => {
    expect(await lookAt({ data: { a: 1 } })).toEqual({ result: { data: { a: 1 } }, headers: [], refusals: [] });
  });

  test('with a refusal tells it, and a client by token which scope would suffice', async () => {
    const asked = { errors: [refusal] };
    const byToken = await lookAt({ data: { a: null } }, asked);
    expect(byToken.result).toEqual({ data: { a: null }, errors: [told] });
    expect([byToken.status, byToken.headers]).toEqual([
      200,
      [['www-authenticate', 'Bearer error="insufficient_scope", scope="s"']],
    ]);
    const contextValue = { credential: { source: 'cookie' }, requestId: 'r' };
    expect((await lookAt({ data: { a: null } }, { ...asked, contextValue })).headers).toEqual([]);
    const other = new GraphQLError('No.', { path: ['a'], extensions: { code: 'FORBIDDEN' } });
    expect((await lookAt({ data: { a: null } }, { errors: [other] })).headers).toEqual([]);
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

describe('What was refused is an event:', () => {
  const schema = buildSchema(`
    type Query { a: A }
    type A { a: Int b: Int deep: A }
    type Mutation { change(name: String, id: ID, other: ID): A remove(id: ID!): A }
  `);
  const id = '0193c2a4-5f6b-7c8d-9e0f-a1b2c3d4e5f6';
  const other = id.replace('0193', '0194');
  const refusedAt = (path: ReadonlyArray<string | number> | undefined, code = 'FORBIDDEN'): GraphQLError =>
    new GraphQLError('No.', { ...(path === undefined ? {} : { path }), extensions: { code } });
  const sent = (source: string, errors: readonly GraphQLError[], variables?: object): object => {
    const document = parse(source);
    return { schema, document, operation: getOperationAST(document), errors, request: { variables } };
  };
  const withIds = { tellsRefusalIds: true };
  const events = async (asked: object, settings: object = {}): Promise<unknown[]> =>
    (await lookAt({ data: null }, asked, settings)).refusals;
  const mutation = (field: string, subjectId: string | null, code = 'FORBIDDEN'): object => ({
    kind: 'mutation',
    field,
    code,
    subjectId,
  });

  test.each<readonly [what: string, asked: object, expected: object[]]>([
    [
      'a field, with the first id that it was given',
      sent(
        `mutation ($n: String = "x", $id: ID) { c: change(name: $n, id: $id, other: "${other}") { a } }`,
        [refusedAt(['c'])],
        {
          id: id.toUpperCase(),
        },
      ),
      [mutation('change', id)],
    ],
    [
      'one by its default',
      sent(`mutation ($id: ID = "${id}") { change(id: $id) { a } }`, [refusedAt(['change'])]),
      [mutation('change', id)],
    ],
    [
      'one without an id',
      sent('mutation { change(id: "1") { a } }', [refusedAt(['change'], 'NOT_FOUND')]),
      [mutation('change', null, 'NOT_FOUND')],
    ],
    [
      'one whose arguments cannot be read',
      sent('mutation ($id: ID!) { remove(id: $id) { a } }', [refusedAt(['remove'])]),
      [mutation('remove', null)],
    ],
    [
      'one that the schema does not have',
      sent('mutation { nothing }', [refusedAt(['nothing'])]),
      [mutation('nothing', null)],
    ],
    [
      'each field of an operation that was refused before it ran, but for those that are skipped',
      sent(`mutation { change { a } b: remove(id: "${id}") { a } c: change @skip(if: true) { a } }`, [
        refusedAt(undefined),
      ]),
      [mutation('change', null), mutation('remove', id)],
    ],
    [
      'each field as it is written where its variables cannot be read',
      sent(`mutation ($no: Boolean!) { remove(id: "${id}") @skip(if: $no) { a } }`, [
        refusedAt(undefined, 'UNAUTHENTICATED'),
      ]),
      [mutation('remove', null, 'UNAUTHENTICATED')],
    ],
    ['none below a field', sent('mutation { change { a } }', [refusedAt(['change', 'a'])]), []],
    ['none that was wrong', sent('mutation { change { a } }', [refusedAt(['change'], 'BAD_USER_INPUT')]), []],
    ['none of a query', sent('{ a { a } }', [refusedAt(['a'])]), []],
    ['none of what is no operation', { errors: [refusedAt(undefined)], operation: undefined, document: undefined }, []],
  ])('%s', async (_, asked, expected) => {
    expect(await events(asked)).toEqual(expected);
  });

  test('nothing, if nothing was', async () => {
    const nobody = { ...withIds, onRefused: () => Promise.reject(new Error('Nobody is asked.')) };
    expect(await events({}, nobody)).toEqual([]);
    expect(await events(sent('mutation { change { a } }', [refusedAt(['change'], 'CONFLICT')]), nobody)).toEqual([]);
  });

  test('what was read, where ids are told, once for all rows, and no more than twenty fields', async () => {
    const errors = [
      refusedAt(['a', 'deep', 0, 'b'], 'NOT_FOUND'),
      refusedAt(['a', 'deep', 1, 'b']),
      refusedAt(['a', 'a']),
    ];
    expect(await events(sent('{ a { a deep { b } } }', errors), withIds)).toEqual([
      { kind: 'reads', fields: ['A.a', 'A.b'], code: 'NOT_FOUND' },
    ]);
    const names = Array.from({ length: 21 }, (_, index) => `f${index}`);
    const wide = buildSchema(`type Query { ${names.map((name) => `${name}: Int`).join(' ')} }`);
    const many = sent(
      `{ ${names.join(' ')} }`,
      names.map((name) => refusedAt([name])),
    );
    const [event] = (await events({ ...many, schema: wide }, withIds)) as Array<{ fields: string[] }>;
    expect(event?.fields).toEqual(
      names
        .slice(0, 20)
        .map((name) => `Query.${name}`)
        .toSorted(),
    );
    expect(await events(sent('{ a { a } }', [refusedAt(undefined)]), withIds)).toEqual([]);
  });

  test('and each refusal tells the id of its own', async () => {
    const errors = [refusedAt(['c']), refusedAt(['d']), refusedAt(['d', 'a']), refusedAt(['c'], 'CONFLICT')];
    const asked = sent(`mutation { c: change { a } d: remove(id: "${id}") { a } }`, errors);
    const idsOf = async (settings: object, of = asked): Promise<unknown[]> => {
      const { result } = await lookAt({ data: null }, of, settings);
      return 'errors' in result
        ? (result.errors as GraphQLError[]).map(({ extensions }) => extensions['refusalId'])
        : [];
    };
    expect(await events(asked, withIds)).toEqual([
      mutation('change', null),
      mutation('remove', id),
      { kind: 'reads', fields: ['A.a'], code: 'FORBIDDEN' },
    ]);
    expect(await idsOf(withIds, sent('{ a { a } }', [refusedAt(['a'])]))).toEqual(['event 1']);
    expect(await idsOf(withIds)).toEqual(['event 1', 'event 2', 'event 3', undefined]);
    expect(await idsOf({})).toEqual([undefined, undefined, undefined, undefined]);
    expect(await idsOf({ ...withIds, onRefused: async () => [null, 'second'] })).toEqual([
      undefined,
      'second',
      undefined,
      undefined,
    ]);
    const whole = sent('mutation { change { a } }', [refusedAt(undefined)]);
    expect((await lookAt({}, whole, withIds)).result).toMatchObject({
      errors: [{ extensions: { refusalId: 'event 1' } }],
    });
  });
});
