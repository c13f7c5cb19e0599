import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { buildSchema, GraphQLError, parse, subscribe } from 'graphql';
import { EventEmitter, once } from 'node:events';
import { subscribeTo } from '../../src/events/subscription-queue.ts';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { createSubscriptionServer, type SubscriptionServer } from '../../src/http/websocket/websocket-server.ts';
import { dropUnread } from '../../src/http/websocket/websocket-transport.ts';
import { rawRequest, sendRaw } from '../support/raw.ts';
import type { RequestContext } from '../../src/request/context.ts';
import { knownCallers } from '../support/request-context-deps.ts';
import { maskedUnlessOurs, serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';
import { until } from '../support/until.ts';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { disposeListeners, speakAt, type Message, type Speaker } from '../support/websocket.ts';

const schema = buildSchema(`
  type Query { a: Int }
  type Subscription { number: Int text: String broken: Int }
`);
const { deps, presented } = knownCallers();

/** What is emitted here as `number` is told to everybody who listens. */
const events = new EventEmitter().setMaxListeners(0);
const publish = (number: unknown): unknown => events.emit('number', { number });
const listenTo = (name: string) => () => ({ [Symbol.asyncIterator]: () => subscribeTo(events, name) });
const rootValue = {
  number: listenTo('number'),
  text: listenTo('text'),
  broken() {
    throw new Error('There is no source.');
  },
};

const refusals: unknown[] = [];
const noted: unknown[] = [];
const logged: object[] = [];
const contexts: RequestContext[] = [];
/** Resolves once the credential `Bearer slow` may be looked at. */
let slow: PromiseWithResolvers<void>;
let excess: GraphQLError | null;
/** Called when a subscription begins, which it has once `begun` resolves. */
let beginning = (): void => undefined;
let begun: Promise<void> | undefined;
let unsent = 0;
const followers = new Set<(id: string) => void>();
const changed = (id: string): void => followers.forEach((tell) => tell(id));
let served: ServedRoutes;
let subscriptions: SubscriptionServer;

function createServer(): SubscriptionServer {
  return createSubscriptionServer({
    ...deps,
    clientIp: ({ headers }) => headers['x-client']?.toString() ?? '192.0.2.1',
    strategies: [
      (credentials) => {
        if (credentials.authorization === 'Bearer broken') throw new Error('a defect');
        if (credentials.authorization !== 'Bearer slow') return deps.strategies[0]?.(credentials) ?? null;
        const known = deps.strategies[0]?.({ ...credentials, authorization: 'Bearer good' }) ?? null;
        return slow.promise.then(() => known);
      },
    ],
    prepare({ query }, contextValue) {
      contexts.push(contextValue);
      if (query === 'defect') throw new Error('a defect');
      return query === 'refused'
        ? [new GraphQLError('Refused.')]
        : { schema, document: parse(query), rootValue, contextValue };
    },
    async subscribe(args) {
      beginning();
      await begun;
      return subscribe(args);
    },
    formatErrors: (errors, requestId) => errors.map(({ message }) => ({ message, extensions: { requestId } })),
    excessOf: () => excess,
    onRefused: ({ principal }, errors) => void refusals.push([principal.kind, ...errors.map(({ message }) => message)]),
    report: maskedUnlessOurs,
    noteProblem: ({ code }, { url }) => void noted.push([code, url]),
    unsent: { add: () => ((unsent += 1), () => void (unsent -= 1)) },
    log: {
      debug: (facts: object) => void logged.push(facts),
      error: (facts: object) => void logged.push(facts),
    },
    onAccountChange(tell) {
      followers.add(tell);
      return () => followers.delete(tell);
    },
    answerHeaders: createAnswerHeaders({ isHttps: false }),
    ipLevels: (ipAddress) => [{ key: ipAddress, factor: 1 }],
    paths: ['/graphql'],
    requireHost: () => undefined,
  });
}

beforeAll(async () => {
  subscriptions = createServer();
  served = await serveRoutes({}, { upgrade: subscriptions.upgrade });
});
beforeEach(() => {
  for (const list of [refusals, noted, logged, presented, contexts]) list.length = 0;
  slow = Promise.withResolvers();
  excess = null;
  [beginning, begun] = [() => undefined, undefined];
});
afterEach(async () => {
  await disposeListeners();
  await until(() => events.listenerCount('number') === 0, 'nobody to listen');
});
afterAll(async () => {
  await subscriptions.close();
  await served.stop();
});

const init = (authorization?: string): Message => ({
  type: 'connection_init',
  ...(authorization === undefined ? {} : { payload: { authorization } }),
});
const ask = (id: string, query = 'subscription { number }'): Message => ({ type: 'subscribe', id, payload: { query } });

/** Somebody who is accepted and has subscribed so often. */
async function listener(count = 1, authorization?: string, headers: Record<string, string> = {}): Promise<Speaker> {
  const speaker = await speakAt(served.url, { headers });
  speaker.say(init(authorization), ...Array.from({ length: count }, (_, index) => ask(String(index))));
  await speaker.settled();
  return speaker;
}

async function closing({ socket }: Speaker): Promise<readonly [number, string]> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return [code, String(reason)];
}

const isOver = (facts: object): boolean => 'code' in facts && facts.code === 1000;
const toldIn = ({ messages }: Speaker): unknown[] =>
  messages.filter(({ type }) => type !== 'pong' && type !== 'connection_ack');

describe('A WebSocket', () => {
  test('tells its client of each event, and of nothing once it has completed', async () => {
    const speaker = await listener();
    publish(1);
    await speaker.until('next', 1);
    speaker.say({ type: 'complete', id: '0' });
    await speaker.settled();
    publish(2);
    await speaker.settled();
    expect(toldIn(speaker)).toEqual([{ id: '0', type: 'next', payload: { data: { number: 1 } } }]);
    expect([events.listenerCount('number'), unsent]).toEqual([0, 0]);
  });

  test('tells of errors as clients see them, and has them recorded', async () => {
    const speaker = await listener();
    publish('no number');
    await speaker.until('next', 1);
    const message = 'Int cannot represent non-integer value: "no number"';
    expect(toldIn(speaker)).toEqual([
      {
        id: '0',
        type: 'next',
        payload: {
          data: { number: null },
          errors: [{ message, extensions: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } }],
        },
      },
    ]);
    expect(refusals).toEqual([['anonymous', message]]);
  });

  test('tells of a result that is too large nothing but that, and has it recorded', async () => {
    const speaker = await listener();
    excess = new GraphQLError('Too large.');
    publish('no number');
    await speaker.until('next', 1);
    expect(toldIn(speaker)).toMatchObject([{ payload: { data: null, errors: [{ message: 'Too large.' }] } }]);
    expect(refusals).toEqual([['anonymous', 'Too large.']]);
  });

  test('has what is refused recorded, and nothing else', async () => {
    const speaker = await listener(1, 'Bearer good');
    publish(1);
    await speaker.until('next', 1);
    expect(refusals).toEqual([]);
    speaker.say(ask('refused', 'refused'));
    await speaker.until('error', 1);
    expect(toldIn(speaker).at(-1)).toMatchObject({ type: 'error', payload: [{ message: 'Refused.' }] });
    expect(refusals).toEqual([['user', 'Refused.']]);
  });

  test('is granted with the headers of every answer, and refused with them, too', async () => {
    const other = createServer();
    const server = await serveRoutes({}, { upgrade: other.upgrade });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const [granted] = (await once(socket, 'upgrade')) as [IncomingMessage];
    expect(granted.headers).toMatchObject({
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'referrer-policy': 'no-referrer',
    });
    socket.terminate();
    const asks = ['GET /graphql HTTP/1.1', 'host: x', 'connection: Upgrade', 'upgrade: websocket'];
    const offer = [...asks, 'sec-websocket-protocol: graphql-transport-ws', 'sec-websocket-key: short'];
    const { status, headers, body } = await sendRaw(server.url, rawRequest([...offer, 'sec-websocket-version: 13']));
    expect([status, headers.get('sec-websocket-version'), headers.get('referrer-policy')]).toEqual([
      400,
      '13',
      'no-referrer',
    ]);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: 'Missing or invalid Sec-WebSocket-Key header.', extensions: { code: 'BAD_REQUEST' } }],
    });
    await other.close();
    await server.stop();
  });

  test('tells its client of a subscription that cannot begin', async () => {
    const speaker = await listener(0);
    speaker.say(ask('0', 'subscription { broken }'));
    await speaker.until('complete', 1);
    expect(toldIn(speaker)).toMatchObject([
      { id: '0', type: 'next', payload: { data: null, errors: [{ message: 'There is no source.' }] } },
      { id: '0', type: 'complete' },
    ]);
  });

  test('whose client does not read what it is told is cut', async () => {
    const speaker = await listener();
    speaker.say(ask('large', 'subscription { text }'));
    await speaker.settled();
    speaker.socket.pause();
    events.emit('text', { text: 'x'.repeat(12 * 1024 ** 2) });
    await until(() => unsent > 0, 'the message to be on its way');
    publish(1);
    await new Promise((resolve) => void setImmediate(resolve));
    speaker.socket.resume();
    await Promise.race([once(speaker.socket, 'close'), speaker.until('next', 2)]);
    expect(speaker.socket.readyState).toBe(WebSocket.CLOSED);
  });
});

describe('The credential of a connection', () => {
  test.each<[string, Message, number, string, string]>([
    [
      'that nobody knows',
      init('Bearer bad'),
      4403,
      'Unsupported credential. Send `Authorization: Bearer <token or API key>` or `X-API-Key: <key>`.',
      'UNAUTHENTICATED',
    ],
    ['that has ended', init('Bearer expired'), 4403, 'The access token has expired. Refresh it.', 'UNAUTHENTICATED'],
    ['that breaks something', init('Bearer broken'), 1013, 'Something went wrong.', 'INTERNAL_SERVER_ERROR'],
  ])('%s closes it, and is recorded', async (_, message, code, reason, noticed) => {
    const speaker = await speakAt(served.url);
    const closed = closing(speaker);
    speaker.say(message);
    expect(await closed).toEqual([code, reason]);
    expect(noted).toEqual([[noticed, '/graphql']]);
  });

  test('is looked at again for a change of its account alone, with what came with its upgrade', async () => {
    const speaker = await speakAt(served.url, { headers: { 'user-agent': 'a client', 'x-api-key': 'sp_good_x' } });
    speaker.say(init());
    await speaker.until('connection_ack', 1);
    await listener();
    presented.length = 0;
    changed('eve');
    changed('ada');
    expect(presented).toMatchObject([{ apiKey: 'sp_good_x', ipAddress: '192.0.2.1', userAgent: 'a client' }]);
  });

  test('is forgotten with its connection, and its subscriptions end', async () => {
    const speaker = await listener(2, 'Bearer good');
    presented.length = 0;
    speaker.socket.close(1000);
    await until(() => logged.some(isOver), 'the connection to be forgotten');
    changed('ada');
    expect([presented, events.listenerCount('number')]).toEqual([[], 0]);
    expect(contexts.map(({ isClientWaiting }) => isClientWaiting?.())).toEqual([false, false]);
    expect(logged.find(isOver)).toMatchObject({ connections: 0 });
  });
});

test('A subscription that has begun only after its client has left ends at once', async () => {
  const [isBeginning, mayBegin] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  [beginning, begun] = [isBeginning.resolve, mayBegin.promise];
  const speaker = await speakAt(served.url);
  speaker.say(init('Bearer good'));
  await speaker.until('connection_ack', 1);
  speaker.say({ type: 'subscribe', id: '1', payload: { query: 'subscription { number }' } });
  await isBeginning.promise;
  speaker.socket.close(1000);
  await until(() => logged.some(isOver), 'the client to be gone');
  const isListening = once(events, 'newListener');
  mayBegin.resolve();
  await isListening;
  await until(() => events.listenerCount('number') === 0, 'nobody to listen');
});

test('A client that leaves while its credential is looked at is forgotten, too', async () => {
  const speaker = await speakAt(served.url);
  speaker.say(init('Bearer slow'));
  await until(() => presented.length > 0, 'the credential to be looked at');
  speaker.socket.close(1000);
  await until(() => logged.some(isOver), 'the client to be gone');
  slow.resolve();
  await new Promise((resolve) => void setImmediate(resolve));
  presented.length = 0;
  changed('ada');
  expect(presented).toEqual([]);
});

describe('Subscriptions', () => {
  test('are a hundred on a connection, and two hundred of a user', async () => {
    const first = await listener(101, 'Bearer good');
    const refused = (id: string, message: string): object[] => [
      { id, type: 'next', payload: { data: null, errors: [{ message }] } },
      { id, type: 'complete' },
    ];
    expect(toldIn(first)).toMatchObject(refused('100', 'At most 100 subscriptions on a connection.'));
    await listener(100, 'Bearer good');
    const third = await listener(1, 'Bearer good');
    expect(toldIn(third)).toMatchObject(refused('0', 'At most 200 subscriptions of a user.'));
    expect(refusals).toEqual([
      ['user', 'At most 100 subscriptions on a connection.'],
      ['user', 'At most 200 subscriptions of a user.'],
    ]);
    expect(events.listenerCount('number')).toBe(200);
    expect(toldIn(await listener(1))).toEqual([]);
    first.say({ type: 'complete', id: '5' });
    await first.settled();
    third.say(ask('again'));
    await third.settled();
    expect(toldIn(third)).toHaveLength(2);
  });

  test('of callers without a name are counted by IP address', async () => {
    const [first, second, third] = [await listener(100), await listener(100), await listener(1)];
    expect([first, second, third].map((one) => toldIn(one).length)).toEqual([0, 0, 2]);
    expect(toldIn(await listener(1, 'Bearer good'))).toEqual([]);
    expect(toldIn(await listener(1, undefined, { 'x-client': '192.0.2.2' }))).toEqual([]);
  });
});

test('A message that cannot be handled closes the connection, and is reported', async () => {
  const speaker = await listener(0);
  const closed = closing(speaker);
  speaker.say(ask('0', 'defect'));
  expect(await closed).toEqual([1011, 'Internal server error']);
  expect(logged).toContainEqual({ err: new Error('a defect') });
});

describe('A message', () => {
  const ofBytes = (bytes: number): string => {
    const empty = JSON.stringify({ type: 'ping', payload: { filler: '' } });
    return JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(bytes - empty.length) } });
  };

  test('has 64 KiB at most', async () => {
    const speaker = await speakAt(served.url);
    speaker.socket.send(ofBytes(64 * 1024));
    await speaker.until('pong', 1);
    const closed = closing(speaker);
    speaker.socket.on('error', () => undefined).send(ofBytes(64 * 1024 + 1));
    expect((await closed)[0]).toBe(1009);
  });

  test('comes in 32 pieces at most', async () => {
    const speaker = await speakAt(served.url);
    const sendIn = (pieces: number): void => {
      const text = ofBytes(100);
      const length = Math.ceil(text.length / pieces);
      for (let piece = 0; piece < pieces; piece += 1)
        speaker.socket.send(text.slice(piece * length, (piece + 1) * length), { fin: piece === pieces - 1 });
    };
    sendIn(32);
    await speaker.until('pong', 1);
    const closed = closing(speaker);
    speaker.socket.on('error', () => undefined);
    sendIn(33);
    expect((await closed)[0]).toBe(1008);
  });

  test('waits for its reader within a mebibyte', () => {
    const cut: number[] = [];
    for (const bufferedAmount of [1024 ** 2, 1024 ** 2 + 1])
      dropUnread({ bufferedAmount, terminate: () => void cut.push(bufferedAmount) });
    expect(cut).toEqual([1024 ** 2 + 1]);
  });
});

describe('A client', () => {
  test('may ping twenty times in ten seconds, by messages and frames together', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout', 'performance'],
    });
    try {
      const speaker = await speakAt(served.url);
      speaker.say(init());
      await speaker.until('connection_ack', 1);
      const pingTen = async (): Promise<void> => {
        for (let count = 0; count < 5; count += 1) speaker.socket.ping();
        for (let count = 0; count < 5; count += 1) await speaker.settled();
      };
      await pingTen();
      await pingTen();
      jest.advanceTimersByTime(10_001);
      await pingTen();
      await pingTen();
      jest.advanceTimersByTime(10_000);
      const closed = closing(speaker);
      speaker.socket.ping();
      expect(await closed).toEqual([4429, 'Too many pings.']);
    } finally {
      jest.useRealTimers();
    }
  });

  test('is asked every twelve seconds whether it is there, and cut if it did not answer', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout', 'performance'],
    });
    try {
      const speaker = await speakAt(served.url, { autoPong: false });
      let pings = 0;
      speaker.socket.on('ping', () => void (pings += 1));
      await speaker.settled();
      jest.advanceTimersByTime(11_999);
      await speaker.settled();
      expect(pings).toBe(0);
      jest.advanceTimersByTime(1);
      await speaker.settled();
      expect(pings).toBe(1);
      speaker.socket.pong();
      await speaker.settled();
      jest.advanceTimersByTime(12_000);
      await speaker.settled();
      expect(pings).toBe(2);
      const closed = closing(speaker);
      jest.advanceTimersByTime(12_000);
      expect((await closed)[0]).toBe(1006);
      jest.advanceTimersByTime(12_000);
    } finally {
      jest.useRealTimers();
    }
  });

  test('that breaks RFC 6455 or the protocol is closed, and noted in the log of what is of no concern', async () => {
    const [large, early] = [await speakAt(served.url), await speakAt(served.url)];
    const closed = Promise.all([closing(large), closing(early)]);
    large.socket.on('error', () => undefined).send('x'.repeat(64 * 1024 + 1));
    early.say(ask('1'));
    expect(await closed).toEqual([
      [1009, ''],
      [4401, 'Unauthorized'],
    ]);
    await until(() => logged.some((facts) => 'err' in facts), 'the breach to be noted');
  });
});

test('A server that stops tells its clients, and takes no others', async () => {
  const followed = followers.size;
  const other = createServer();
  const server = await serveRoutes({}, { upgrade: other.upgrade });
  const speaker = await speakAt(server.url);
  const closed = closing(speaker);
  const stopped = other.close();
  const asks = ['GET /graphql HTTP/1.1', 'host: x', 'connection: Upgrade', 'upgrade: websocket'];
  const { status } = await sendRaw(server.url, rawRequest([...asks, 'sec-websocket-protocol: graphql-transport-ws']));
  expect([status, await closed]).toEqual([503, [1001, 'The server is stopping.']]);
  await stopped;
  expect(followers.size).toBe(followed);
  await server.stop();
});

test('A server that stops cuts clients that have not answered after two seconds', async () => {
  const other = createServer();
  const server = await serveRoutes({}, { upgrade: other.upgrade });
  const { socket } = await speakAt(server.url);
  socket.pause();
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'performance'] });
  try {
    let isStopped = false;
    const stopped = other.close().then(() => (isStopped = true));
    jest.advanceTimersByTime(1_999);
    await new Promise((resolve) => void setImmediate(resolve));
    expect(isStopped).toBe(false);
    jest.advanceTimersByTime(1);
    await stopped;
  } finally {
    jest.useRealTimers();
  }
  await server.stop();
});
