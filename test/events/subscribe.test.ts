import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { buildSchema, GraphQLError, parse, type ExecutionResult } from 'graphql';
import { AppError } from '../../src/errors.ts';
import { createExecutor, type Bounds } from '../../src/execution/index.ts';
import { executionBounds } from '../../src/graphql/execution-bounds.ts';
import { createSubscribe } from '../../src/graphql/subscribe.ts';
import { createEventWork } from '../../src/request/event-work.ts';

const schema = buildSchema('type Query { n: Int } type Subscription { n: Int }');
const timeLimitMs = 300;

describe('A subscription', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
  afterEach(() => void jest.useRealTimers());

  /** Subscribes to a source whose events the test hands out. */
  async function subscribeTo(context: object = {}) {
    const eventWork = createEventWork();
    const given: Array<(next: IteratorResult<unknown>) => void> = [];
    const ended = jest.fn(async () => ({ done: true as const, value: undefined }));
    const source = {
      [Symbol.asyncIterator]: () => source,
      next: () => new Promise<IteratorResult<unknown>>((resolve) => void given.push(resolve)),
      return: ended,
    };
    const bounds: Pick<Bounds, 'timeLimitMs' | 'timedOut'> = {
      timeLimitMs,
      timedOut: () => new GraphQLError('It took too long.'),
    };
    const subscribe = createSubscribe(createExecutor(schema).execute, bounds);
    const stream = await subscribe({
      schema,
      document: parse('subscription { n }'),
      rootValue: { n: () => source },
      contextValue: { eventWork, ...context },
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error('There is no stream.');
    const events = stream[Symbol.asyncIterator]();
    const give = (n: number): void => given.at(-1)?.({ done: false, value: { n } });
    const finish = (): void => given.at(-1)?.({ done: true, value: undefined });
    return {
      events,
      eventWork,
      give,
      finish,
      ended,
      next: (): Promise<IteratorResult<ExecutionResult>> => events.next(),
    };
  }
  const over = { done: true, value: undefined };

  test('executes each event, and is over with its source', async () => {
    const { next, give, finish } = await subscribeTo();
    const first = next();
    give(1);
    expect(await first).toEqual({ done: false, value: { data: { n: 1 } } });
    const second = next();
    finish();
    expect(await second).toEqual(over);
  });

  test('whose event is late is told so, for which no client is waited for, and goes on', async () => {
    const setIsClientWaiting = jest.fn<(isWaiting: () => boolean) => void>();
    const { next, eventWork, give } = await subscribeTo({ setIsClientWaiting });
    const late = next();
    eventWork.begin();
    await jest.advanceTimersByTimeAsync(timeLimitMs);
    expect(await late).toEqual({ done: false, value: { data: null, errors: [new GraphQLError('It took too long.')] } });
    expect(setIsClientWaiting.mock.calls.map(([isWaiting]) => isWaiting())).toEqual([false]);
    const following = next();
    eventWork.rest();
    give(1);
    await jest.advanceTimersByTimeAsync(0);
    eventWork.begin();
    give(2);
    expect(await following).toEqual({ done: false, value: { data: { n: 2 } } });
    expect(setIsClientWaiting).toHaveBeenCalledTimes(1);
  });

  test('whose event is late is told so to one who has nothing to be told of it, too', async () => {
    const { next, eventWork } = await subscribeTo();
    const late = next();
    eventWork.begin();
    await jest.advanceTimersByTimeAsync(timeLimitMs);
    expect((await late).value).toMatchObject({ data: null });
  });

  test('that its client leaves is over for what waits, and at its source', async () => {
    const { next, events, ended } = await subscribeTo();
    const waiting = next();
    expect(await events.return?.()).toEqual(over);
    expect(await waiting).toEqual(over);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  test('that is refused has no stream, and its answer says why', async () => {
    const subscribe = createSubscribe(createExecutor(schema).execute, {
      timeLimitMs,
      timedOut: () => new GraphQLError(''),
    });
    const rootValue = { n: () => Promise.reject(new Error('No.')) };
    expect(
      await subscribe({ schema, document: parse('subscription { n }'), rootValue, contextValue: {} }),
    ).toMatchObject({
      errors: [{ message: 'No.', path: ['n'] }],
    });
  });

  test('has a time of its own where its host keeps none', async () => {
    const { next, give } = await subscribeTo({ eventWork: undefined });
    const first = next();
    give(1);
    expect(await first).toEqual({ done: false, value: { data: { n: 1 } } });
  });
});

describe('The bounds of an execution', () => {
  const create = () => executionBounds({ maxBytes: 1_000, timeoutSeconds: 7 });

  test('are those of the settings, and their errors say what to do', () => {
    const bounds = create();
    expect(bounds).toMatchObject({ maxCharacters: 1_000, timeLimitMs: 7_000 });
    const late = bounds.timedOut();
    expect(late.message).toBe('The operation took longer than 7 seconds and was ended.');
    expect(late.originalError).toBeInstanceOf(AppError);
    expect(late.originalError).toMatchObject({ code: 'SERVICE_UNAVAILABLE', options: { retryAfterSeconds: 5 } });
    expect(bounds.tooLarge().message).toMatch(/1[,.]?000/);
  });

  test('count from the arrival of an event, and end with the client, as far as the context tells', () => {
    const bounds = create();
    const eventWork = { ...createEventWork(), elapsedMs: () => 40 };
    const ended = jest.fn();
    const onDisconnect = jest.fn((_left: () => void) => ended);
    const setIsClientWaiting = jest.fn();
    const context = { eventWork, onDisconnect, setIsClientWaiting };
    const left = (): void => undefined;
    expect(bounds.elapsedMs?.(context)).toBe(40);
    expect(bounds.onDisconnect?.(context, left)).toBe(ended);
    expect(onDisconnect.mock.calls).toEqual([[left]]);
    const isWaiting = (): boolean => true;
    bounds.onStart?.(context, isWaiting);
    expect(setIsClientWaiting.mock.calls).toEqual([[isWaiting]]);

    expect(bounds.elapsedMs?.({})).toBe(0);
    expect(bounds.onDisconnect?.({}, left)()).toBeUndefined();
    expect(bounds.onStart?.({}, isWaiting)).toBeUndefined();
  });
});
