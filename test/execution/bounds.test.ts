import { describe, expect, test } from '@jest/globals';
import { GraphQLError, parse, type ExecutionResult } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';
import { schemaOf } from './support.ts';

const schema = `
  type Query { rows(count: Int!): [Row]! forever: String later: Row }
  type Mutation { forever: String write: String }
  type Row { property: String resolved: String further: Row }
`;

/** An executor with small bounds over rows of 100 characters, and what it called. */
function bounded({ timeLimitMs = 60_000 } = {}) {
  const called: string[] = [];
  const call =
    <Value>(name: string, value: Value) =>
    (): Value => {
      called.push(name);
      return value;
    };
  const row = { property: 'p'.repeat(100) };
  const never = new Promise<string>(() => undefined);
  let release = (): void => undefined;
  const later = new Promise<object>((resolve) => (release = () => resolve(row)));
  const executable = schemaOf(schema, {
    Query: {
      rows: (_, { count }: { count: number }) => Array.from({ length: count }, () => row),
      forever: () => never,
      later: () => later,
    },
    Mutation: { forever: () => never, write: call('write', 'written') },
    Row: { resolved: call('resolved', 'r'.repeat(100)), further: call('further', row) },
  });
  const { execute } = createExecutor(executable, {
    bounds: {
      maxCharacters: 1_000,
      tooLarge: () => new GraphQLError('too large'),
      timeLimitMs,
      timedOut: () => new GraphQLError('timed out'),
    },
  });
  return {
    called,
    release,
    ask: async (query: string): Promise<ExecutionResult> => execute({ schema: executable, document: parse(query) }),
  };
}

const tooLarge = { errors: [new GraphQLError('too large')], data: null };
const timedOut = { errors: [new GraphQLError('timed out')], data: null };

describe('An answer whose texts are too long together', () => {
  test('is given up, and one within the bound is not', async () => {
    const { ask } = bounded();
    expect((await ask('{ rows(count: 10) { property } }')).errors).toBeUndefined();
    expect(await ask('{ rows(count: 11) { property } }')).toEqual(tooLarge);
    expect(await ask('{ rows(count: 6) { property further { property } } }')).toEqual(tooLarge);
  });

  test('calls no resolver any more once it is too long', async () => {
    const { ask, called } = bounded();
    expect(await ask('{ rows(count: 500) { resolved } }')).toEqual(tooLarge);
    expect(called).toHaveLength(11);
    called.length = 0;
    expect(await ask('{ rows(count: 500) { property further { property } } }')).toEqual(tooLarge);
    expect(called).toHaveLength(5);
  });

  test('starts no mutation behind the one that answered it', async () => {
    const { ask, called } = bounded();
    const [first, second] = ['a'.repeat(3), 'b'.repeat(3)];
    const many = Array.from({ length: 200 }, (_, index) => `${first}${index}: write`).join(' ');
    expect(await ask(`mutation { ${many} ${second}: write }`)).toEqual(tooLarge);
    // Seven characters each.
    expect(called).toHaveLength(143);
  });
});

describe('An operation that takes too long', () => {
  test('is answered by an error, and what follows in it never runs', async () => {
    const { ask, called } = bounded({ timeLimitMs: 20 });
    expect(await ask('{ forever rows(count: 1) { property } }')).toEqual(timedOut);
    expect(await ask('mutation { forever write }')).toEqual(timedOut);
    expect(called).toEqual([]);
  });

  test('reads no further when what it waited for is there at last', async () => {
    const { ask, called, release } = bounded({ timeLimitMs: 20 });
    expect(await ask('{ later { further { property } } }')).toEqual(timedOut);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(called).toEqual([]);
  });

  test('leaves one alone that ends in time', async () => {
    const { ask, release } = bounded();
    const answer = ask('{ later { property } }');
    release();
    expect((await answer).data).toMatchObject({ later: { property: 'p'.repeat(100) } });
  });
});
