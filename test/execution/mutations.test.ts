import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createExecutor } from '../../src/execution/index.ts';
import { answerOf, schemaOf } from './support.ts';

const sdl = `
  type Query { n: Int }
  type Holder { n: Int }
  type Mutation { now(to: Int): Holder later(to: Int): Holder fail: Holder reject: Holder must: Holder! }`;

interface Root {
  n: number;
  readonly log: string[];
}

const soon = () => new Promise<void>((resolve) => void setImmediate(resolve));

function set(name: string, isLater: boolean) {
  return async (root: Root, { to }: { to: number }) => {
    root.log.push(`${name} ${to} begins at ${root.n}`);
    if (isLater) await soon();
    root.n = to;
    root.log.push(`${name} ${to} ends`);
    return root;
  };
}
const fail = (root: Root): never => {
  root.log.push('fails');
  throw new Error('failed');
};
const schema = schemaOf(sdl, {
  Mutation: {
    now: (root: Root, { to }: { to: number }) => {
      root.log.push(`now ${to} at ${root.n}`);
      root.n = to;
      return root;
    },
    later: set('later', true),
    fail,
    reject: async (root: Root) => fail(root),
    must: fail,
  },
  Holder: { n: ({ n }: Root) => n },
});

const run = async (text: string) => {
  const rootValue: Root = { n: 6, log: [] };
  const answer = await createExecutor(schema).execute({ schema, document: parse(text), rootValue });
  return { answer, log: rootValue.log };
};

describe('The fields of a mutation', () => {
  test('run one after the other, each with what it selects', async () => {
    const { answer, log } = await run(
      'mutation { a: now(to: 1) { n } b: later(to: 2) { n } c: now(to: 3) { n } d: later(to: 4) { n } }',
    );
    expect(JSON.stringify(answer)).toBe('{"data":{"a":{"n":1},"b":{"n":2},"c":{"n":3},"d":{"n":4}}}');
    expect(log).toEqual([
      'now 1 at 6',
      'later 2 begins at 1',
      'later 2 ends',
      'now 3 at 2',
      'later 4 begins at 3',
      'later 4 ends',
    ]);
  });

  test('run on after one that failed', async () => {
    const { answer, log } = await run('mutation { a: now(to: 1) { n } fail { n } reject { n } b: later(to: 2) { n } }');
    expect(answer.data).toEqual({ a: { n: 1 }, fail: null, reject: null, b: { n: 2 } });
    expect(answer.errors?.map(({ path }) => path)).toEqual([['fail'], ['reject']]);
    expect(log).toEqual(['now 1 at 6', 'fails', 'fails', 'later 2 begins at 1', 'later 2 ends']);
  });

  test('end with the first that may not be null, and failed', async () => {
    const { answer, log } = await run('mutation { a: now(to: 1) { n } must { n } b: later(to: 2) { n } }');
    expect(answer.data).toBeNull();
    expect(log).toEqual(['now 1 at 6', 'fails']);
  });

  test('that the type does not have are left out', async () => {
    expect(await answerOf(schema, 'mutation { notThere(id: 5) }')).toEqual({ data: {} });
  });
});
