import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  getOperationAST,
  GraphQLError,
  parse,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import { beforeExecution } from '../../src/graphql/before-execution.ts';
import { createKnownExecution } from '../../src/graphql/execute-known.ts';
import { createKnownOperations, plainRequestOf, type PlainRequest } from '../../src/graphql/known-operations.ts';
import { createPassedChecks } from '../../src/graphql/passed-checks.ts';
import type { GraphQLRequest, RequestContext } from '../../src/request/context.ts';

describe('Operations that are kept', () => {
  const request = (query: string, operationName?: string, accept = ''): PlainRequest => ({
    query,
    operationName,
    accept,
    variables: undefined,
  });
  const known = (name: string): never => ({ headers: [['name', name]] }) as never;

  test('are found by their text, their name and what the client accepts', () => {
    const { find, keep } = createKnownOperations();
    keep(request('a', 'N', 'json'), known('one'));
    expect(find(request('a', 'N', 'json'))).toEqual(known('one'));
    expect(
      [request('a'), request('a', 'N'), request('a', undefined, 'json'), request('b', 'N', 'json')].map(find),
    ).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('are bounded by their characters, and what is in use stays', () => {
    const { find, keep } = createKnownOperations(100);
    keep(request('in use'), known('in use'));
    for (let index = 0; index < 50; index += 1) {
      keep(request(`${index}`.padStart(10, ' ')), known('other'));
      expect(find(request('in use'))).toEqual(known('in use'));
    }
    expect(find(request(' '.repeat(9) + '1'))).toBeUndefined();
    const kept = Array.from({ length: 50 }, (_, index) => find(request(`${index}`.padStart(10, ' '))));
    expect(kept.filter((one) => one !== undefined).length).toBeLessThanOrEqual(20);
  });

  test('are asked for by plain requests alone', () => {
    const of = (body: unknown, method = 'POST', headers = {}): unknown =>
      plainRequestOf({ method, headers, search: '', body });
    const plain = { query: 'a', variables: undefined, operationName: undefined, accept: '' };
    expect(of({ query: 'a' })).toEqual(plain);
    expect(of({ query: 'a', variables: null, operationName: null, extensions: null })).toEqual(plain);
    const named = { query: 'a', variables: { b: 1 }, operationName: 'A' };
    expect(of(named, 'POST', { accept: 'image/png' })).toEqual({ ...named, accept: 'image/png' });
    const others = [[], null, {}, { query: 1 }, { query: 'a', variables: [] }, { query: 'a', variables: 'x' }];
    const more = [
      { query: 'a', operationName: 1 },
      { query: 'a', extensions: {} },
      { query: 'a', operationName: '' },
    ];
    expect([...others, ...more].filter((body) => of(body) !== undefined)).toEqual([]);
    expect(of({ query: 'a' }, 'GET')).toBeUndefined();
    for (const asked of ['true', 'no', '']) expect(of({ query: 'a' }, 'POST', { 'x-dry-run': asked })).toBeUndefined();
  });

  test('are forgotten by halves, those that were used since stay', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(10));
    /** Looks for each in a store of its own: what is found stays, and something else goes. */
    const keptOf = (queries: readonly string[], used = 'nothing'): string[] =>
      all.filter((wanted) => {
        const { find, keep } = createKnownOperations(20);
        for (const query of queries) {
          keep(request(query), known(query));
          find(request(used));
        }
        return find(request(wanted)) !== undefined;
      });
    expect(keptOf(all.slice(0, 4))).toEqual(all.slice(0, 4));
    expect(keptOf(all.slice(0, 5))).toEqual(all.slice(2, 5));
    expect(keptOf(all)).toEqual(all.slice(2, 6));
    expect(keptOf(all, all[0])).toEqual([all[0], ...all.slice(4, 6)]);
  });

  test('count once, however many variants there are of one', () => {
    const { find, keep } = createKnownOperations(20);
    keep(request('a'.repeat(10)), known('one'));
    for (const name of ['A', 'B', 'C', 'D']) keep(request('b'.repeat(10), name), known(name));
    expect(find(request('a'.repeat(10)))).toEqual(known('one'));
    expect(['A', 'D', 'E', undefined].map((name) => find(request('b'.repeat(10), name)))).toEqual([
      known('A'),
      known('D'),
      undefined,
      undefined,
    ]);
  });

  test('are no long ones, and few variants of one', () => {
    const { find, keep } = createKnownOperations();
    for (const query of ['q'.repeat(20_000), 'q'.repeat(20_001)]) keep(request(query), known('long'));
    expect(find(request('q'.repeat(20_000)))).toEqual(known('long'));
    expect(find(request('q'.repeat(20_001)))).toBeUndefined();

    const variants = Array.from({ length: 17 }, (_, index) => request('a', undefined, `image/${index}`));
    const kept = (): number => variants.filter((variant) => find(variant) !== undefined).length;
    for (const variant of variants.slice(0, 16)) keep(variant, known('variant'));
    expect(kept()).toBe(16);
    keep(request('a', undefined, 'image/16'), known('variant'));
    expect(kept()).toBe(1);
  });
});

describe('An operation that was answered once', () => {
  const source = 'query ($yes: Boolean = true) { a @include(if: $yes) }';
  const schema = buildSchema('type Query { a: String }');
  interface Asked extends GraphQLRequest {
    readonly body: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> };
  }
  const request: Asked = { method: 'POST', headers: {}, search: '', body: { query: source } };
  const headers = [['content-type', 'image/png']] as const;
  const contextWith = (credential: object): RequestContext =>
    ({ credential, cookies: {} }) as unknown as RequestContext;

  /** A shorter way that has learned an operation by one answer, or has not, and what it ran. */
  async function learned(
    results: ReadonlyArray<ExecutionResult | Error>,
    { asked = request, ...answered }: { readonly body?: object; readonly status?: number; readonly asked?: Asked } = {},
  ) {
    const { query, variables = {} } = asked.body;
    const document = parse(query);
    const operation = assertOperation(document);
    const passed = createPassedChecks();
    passed.add(document, operation, variables);
    const ran: ExecutionArgs[] = [];
    const execute = (args: ExecutionArgs): ExecutionResult => {
      const result = results[ran.push(args) - 1];
      if (result instanceof Error || result === undefined) throw result ?? new Error('It ran too often.');
      return result;
    };
    const known = createKnownExecution({
      schema,
      execute,
      passed,
      stringifyResult: JSON.stringify,
      maxAnswerBytes: 40,
    });
    const http = {};
    const hooks = await known.plugin.requestDidStart?.({} as never);
    const body = { kind: 'single', singleResult: { data: { a: 'x' } }, ...answered.body };
    await hooks?.willSendResponse?.({ document, operation, request: { http }, response: { body } } as never);
    known.learn(asked, http, { status: answered.status ?? 200, headers, body: '' });
    return { ...known, ran, document };
  }

  test('is executed at once, and answered as it was', async () => {
    const results = [{ data: { a: 'y' } }, { data: null, extensions: { b: 1 } }];
    const { answer, learn, ran, document } = await learned(results);
    const context = contextWith({});
    learn(request, { of: 'an answer with an error' }, { status: 200, headers: [], body: '' });
    expect(await answer(request, context)).toEqual({ status: 200, headers, body: '{"data":{"a":"y"}}' });
    expect(await answer(request, context)).toMatchObject({ body: '{"data":null,"extensions":{"b":1}}' });
    expect(ran[0]).toMatchObject({ schema, document, contextValue: context, variableValues: undefined });
  });

  test.each([
    ['with an error', { body: { singleResult: { errors: [] } } }],
    ['in parts', { body: { kind: 'incremental' } }],
    ['by another status', { status: 201 }],
    ['to a request that asked for more', { asked: { ...request, body: { query: source, extensions: {} } } }],
  ])('is left to Apollo Server if it was answered %s', async (_, answered) => {
    const { answer, ran } = await learned([], answered);
    expect([await answer(request, contextWith({})), ran]).toEqual([undefined, []]);
  });

  test.each([
    ['with a credential that has ended', request, { ended: { reason: 'EXPIRED' } }],
    ['by a request that asks for more', { ...request, body: { query: source, extensions: {} } }, {}],
    ['by another name', { ...request, body: { query: source, operationName: 'A' } }, {}],
  ])('is left to Apollo Server if it is asked for %s', async (_, asked, credential) => {
    const { answer, ran } = await learned([]);
    expect([await answer(asked, contextWith(credential)), ran]).toEqual([undefined, []]);
  });

  test('is left to Apollo Server with values that did not pass the checks', async () => {
    const asking = (yes: boolean): Asked => ({
      ...request,
      body: { query: 'query ($yes: Boolean!) { a @include(if: $yes) }', variables: { yes } },
    });
    const { answer, ran } = await learned([{ data: {} }], { asked: asking(true) });
    expect(await answer(asking(false), contextWith({}))).toBeUndefined();
    expect(ran).toEqual([]);
    expect(await answer(asking(true), contextWith({}))).toBeDefined();
  });

  test.each<readonly [what: string, result: ExecutionResult]>([
    ['with an error', { data: null, errors: [] }],
    ['and is too large', { data: { a: 'y'.repeat(40) } }],
  ])('that ran %s is told by Apollo Server, and does not run again', async (_, result) => {
    const { answer, execute, ran, document } = await learned([result]);
    const contextValue = contextWith({});
    expect(await answer(request, contextValue)).toBeUndefined();
    expect(await execute({ schema, document, contextValue })).toBe(result);
    expect(ran).toHaveLength(1);
  });

  test('that failed as a defect does not run again either', async () => {
    const defect = new Error('A plan is broken.');
    const { answer, execute, document } = await learned([defect]);
    const contextValue = contextWith({});
    expect(await answer(request, contextValue)).toBeUndefined();
    expect(await execute({ schema, document, contextValue })).toEqual({ errors: [new GraphQLError(defect.message)] });
  });

  test('that did not begin is left to Apollo Server', async () => {
    const { answer, execute, document } = await learned([{ errors: [new GraphQLError('No.')] }, { data: {} }]);
    const contextValue = contextWith({});
    expect(await answer(request, contextValue)).toBeUndefined();
    expect(await execute({ schema, document, contextValue })).toEqual({ data: {} });
  });
});

describe('Checks that an operation passed', () => {
  const document = parse(`query ($yes: Boolean, $first: Int, $filter: F, $id: ID, $last: Int, $nested: Int) {
    a @include(if: $yes) { b(first: $first, filter: $filter) c(id: $id) d(last: $last, in: { list: [$nested] }) }
  }`);
  const operation = assertOperation(document);
  const given = { yes: true, first: 1, filter: { a: 'x' }, id: '1', last: null, nested: 2 };

  test('are passed again with the values of variables that decide, and with no other', () => {
    const { has, add } = createPassedChecks();
    expect(has(operation, given)).toBe(false);
    add(document, operation, given);
    expect([has(operation, given), has(operation, { ...given, id: '2' })]).toEqual([true, true]);
    for (const other of [
      { yes: false },
      { first: 2 },
      { filter: { a: 'y' } },
      { filter: null },
      { last: 3 },
      { nested: 3 },
      { yes: 'true' },
    ]) {
      expect(has(operation, { ...given, ...other })).toBe(false);
    }
    const { last, ...without } = given;
    expect([last, has(operation, without)]).toEqual([null, false]);
    add(document, operation, without);
    expect([has(operation, without), has(operation, given)]).toEqual([true, true]);
    expect(has(assertOperation(parse('{ a }')), given)).toBe(false);
  });

  test('are not passed by what every object has', () => {
    const own = parse('query ($__proto__: F) { a(first: 1, in: $__proto__) }');
    const { has, add } = createPassedChecks();
    add(own, assertOperation(own), {});
    expect(has(assertOperation(own), {})).toBe(true);
    expect(has(assertOperation(own), JSON.parse('{ "__proto__": {} }') as Record<string, unknown>)).toBe(false);
  });

  test('are noted of an operation that may run, whether it is sent with variables or without', async () => {
    const schema = buildSchema(`
      directive @sole on FIELD_DEFINITION
      directive @acceptsEnded on FIELD_DEFINITION
      type Query { a: Int }
      type Mutation { a: Int enter: Int @sole @acceptsEnded }
      type Subscription { a: Int }
    `);
    const passed = createPassedChecks();
    const hooks = await beforeExecution(passed).requestDidStart?.({} as never);
    const check = async (source: string, request: object = {}, credential: object = {}): Promise<boolean> => {
      const own = parse(source);
      const contextValue = { credential };
      const resolved = { schema, document: own, operation: assertOperation(own), request, contextValue };
      await hooks?.validationDidStart?.({ document: own } as never);
      // The text is not read for the position of an error.
      expect(assertOperation(own).loc).toBeUndefined();
      await hooks?.didResolveOperation?.(resolved as never);
      return passed.has(assertOperation(own), {});
    };
    expect(await check('query ($no: Boolean = false) { a @skip(if: $no) }')).toBe(true);
    expect(await check('mutation ($no: Boolean!) { a @skip(if: $no) }', { variables: { no: true } })).toBe(false);
    await expect(check('query ($no: Boolean!) { a @skip(if: $no) }')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(check('mutation { a enter }')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const many = `{ ${'a '.repeat(21)} }`;
    await expect(check(many)).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    const ended = { ended: { reason: 'EXPIRED' } };
    await expect(check('{ a }', {}, ended)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await check('mutation { enter }', {}, ended)).toBe(true);
    await expect(check('subscription { a }')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('are remembered for sixty-four choices of values, and for no long ones', () => {
    const one = parse('query ($yes: String) { a @include(if: $yes) }');
    const { has, add } = createPassedChecks();
    const passes = (yes: unknown): boolean => {
      add(one, assertOperation(one), { yes });
      return has(assertOperation(one), { yes });
    };
    expect([passes('x'.repeat(197)), passes('x'.repeat(198))]).toEqual([true, false]);
    for (let count = 1; count < 64; count += 1) passes(count);
    expect(has(assertOperation(one), { yes: 'x'.repeat(197) })).toBe(true);
    expect(passes(64)).toBe(true);
    expect(has(assertOperation(one), { yes: 'x'.repeat(197) })).toBe(false);
  });
});

function assertOperation(document: DocumentNode): OperationDefinitionNode {
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('There is no operation.');
  return operation;
}
