import { describe, expect, jest, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { batchedReads } from '../../src/database/batched-reads.ts';

/** A database whose statements end when the test says so. */
function createReads() {
  const statements: Array<{ ids: readonly string[]; answer: () => void; fail: (error: Error) => void }> = [];
  const check = batchedReads<string>(
    (ids) =>
      new Promise((resolve, reject) => {
        const rows = new Map(ids.filter((id) => id !== 'unknown').map((id) => [id, `row of ${id}`]));
        statements.push({ ids, answer: () => resolve(rows), fail: reject });
      }),
  );
  return { statements, check };
}

/** Until everything that can happen without the database has happened. */
async function ticks(): Promise<void> {
  for (let tick = 0; tick < 5; tick += 1) await setImmediate();
}

describe('Collected reads', () => {
  test('of one turn share a statement, each id once', async () => {
    const { statements, check } = createReads();
    const rows = Promise.all([check('a'), check('b'), check('a'), check('unknown')]);
    await ticks();
    expect(statements.map(({ ids }) => ids)).toEqual([['a', 'b', 'unknown']]);
    statements[0]?.answer();
    expect(await rows).toEqual(['row of a', 'row of b', 'row of a', null]);
  });

  test('that arrive while a statement is on its way wait for the next, so that none is answered by an older one', async () => {
    const { statements, check } = createReads();
    const first = check('a');
    await ticks();
    const later = [check('a'), check('b')];
    await ticks();
    later.push(check('c'));
    await ticks();
    expect(statements).toHaveLength(1);
    statements[0]?.answer();
    expect(await first).toBe('row of a');
    await ticks();
    expect(statements.map(({ ids }) => ids)).toEqual([['a'], ['a', 'b', 'c']]);
    statements[1]?.answer();
    expect(await Promise.all(later)).toEqual(['row of a', 'row of b', 'row of c']);
  });

  test('remember nothing', async () => {
    const { statements, check } = createReads();
    for (const count of [1, 2]) {
      const row = check('a');
      await ticks();
      expect(statements).toHaveLength(count);
      statements.at(-1)?.answer();
      await row;
    }
  });

  test('that fail are failures of those who waited, and of no one after them', async () => {
    const { statements, check } = createReads();
    const lost = Promise.allSettled([check('a'), check('b')]);
    await ticks();
    statements[0]?.fail(new Error('gone'));
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const row = check('a');
    await ticks();
    statements[1]?.answer();
    expect(await row).toBe('row of a');
  });

  test('that stay without an answer are 503, and let no one in', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { check } = createReads();
    const lost = expect(check('a')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', status: 503 });
    await ticks();
    jest.advanceTimersByTime(5_000);
    jest.useRealTimers();
    await lost;
  });
});
