import { expect, test } from '@jest/globals';
import { sharesOf } from '../../src/limits/queue-shares.ts';
import { createTurns, type TurnCaller } from '../../src/limits/turns.ts';

/** Turns of one job at a time, and a job that holds them up until it is told to go on. */
function heldTurns() {
  const inTurn = createTurns({ concurrency: 1, maxWaiting: 4, maxWaitingOfCaller: 2, message: 'Too many.' });
  let release = (): void => undefined;
  const held = inTurn(caller('holder'), () => new Promise<void>((resolve) => (release = resolve)));
  const ask = (by: TurnCaller): Promise<unknown> => inTurn(by, async () => 'done').catch((error: unknown) => error);
  return { ask, release: () => (release(), held) };
}

const caller = (id: string, userId?: string | null, ipAddress = '203.0.113.1'): TurnCaller => ({
  ipAddress,
  principal: { kind: 'user', id, userId },
});
const tooMany = { code: 'SERVICE_UNAVAILABLE', message: 'Too many.', options: { retryAfterSeconds: 2 } };

test('Jobs of an account wait up to their number, from whatever IP address and by whatever key', async () => {
  const { ask, release } = heldTurns();
  const asked = [
    caller('key 1', 'one', '203.0.113.1'),
    caller('key 2', 'one', '203.0.113.2'),
    caller('one', undefined, '203.0.113.3'),
    caller('two'),
    caller('service', null),
  ].map(ask);
  await release();
  expect(await Promise.all(asked)).toMatchObject(['done', 'done', tooMany, 'done', 'done']);
});

test('A job is not begun for a client that has left, and is for one of whom nothing is known', async () => {
  const { ask, release } = heldTurns();
  const asked = [
    ask({ ...caller('one'), isClientWaiting: () => false }),
    ask({ ...caller('two'), isClientWaiting: () => true }),
    ask(caller('three')),
  ];
  await release();
  expect(await Promise.all(asked)).toMatchObject([
    { code: 'SERVICE_UNAVAILABLE', message: 'The operation has ended.' },
    'done',
    'done',
  ]);
});

test('A job that fails fails for its caller alone', async () => {
  const inTurn = createTurns({ concurrency: 1, maxWaiting: 4, maxWaitingOfCaller: 2, message: 'Too many.' });
  const failed = inTurn(caller('one'), () => Promise.reject(new TypeError('a mistake')));
  const next = inTurn(caller('two'), async () => 'done');
  await expect(failed).rejects.toThrow(TypeError);
  expect(await next).toBe('done');
});

test('Shares are those of an account, or else of the ranges of an IP address', () => {
  expect(sharesOf({ accountId: 'one', ipAddress: '2001:db8:1:2::3' })).toEqual([
    { key: 'account one', maxWaiting: 50 },
  ]);
  expect(sharesOf({ ipAddress: '203.0.113.1' }, 7)).toEqual([{ key: '203.0.113.1', maxWaiting: 7 }]);
  expect(sharesOf({ ipAddress: '2001:db8:1:2::3' }).map(({ maxWaiting }) => maxWaiting)).toEqual([50, 100, 200]);
});
