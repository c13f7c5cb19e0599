import { describe, expect, test } from '@jest/globals';
import { getOperationAST, parse, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { createKnownOperations, plainRequestOf, type PlainRequest } from '../src/graphql/known-operations.ts';
import { createPassedChecks } from '../src/graphql/passed-checks.ts';

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
