import { beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { AppError } from '../../src/errors.ts';
import { createAnswerHeaders } from '../../src/http/server/answer-headers.ts';
import { Answer } from '../../src/http/server/answer.ts';
import { HttpCookieJar } from '../../src/http/server/cookies.ts';
import { createUpgrade, type UpgradeDeps } from '../../src/http/websocket/upgrade.ts';
import { requestOf, type RequestFacts } from '../support/http-message.ts';
import { maskedUnlessOurs } from '../support/serve-routes.ts';

const protocol = ['Sec-WebSocket-Protocol', 'graphql-transport-ws'] as const;
const accepted: unknown[] = [];
beforeEach(() => void (accepted.length = 0));

function upgradeWith(deps: Partial<UpgradeDeps> = {}) {
  return createUpgrade({
    cookiesOf: (request) =>
      new HttpCookieJar(request, new Answer(request), {
        secure: false,
        sameSite: 'lax',
        originAllowed: request.headers.origin === 'https://app.example',
        noteForeignOrigin: () => undefined,
      }),
    paths: ['/graphql', '/api/graphql'],
    clientIp: () => '192.0.2.1',
    ipLevels: (ipAddress) => [{ key: ipAddress, factor: 1 }],
    requireHost: () => undefined,
    answerHeaders: createAnswerHeaders({ isHttps: false }),
    isStopping: () => false,
    report: maskedUnlessOurs,
    accept: (request, _, head, requestId) => void accepted.push([request.url, String(head), requestId]),
    ...deps,
  });
}

/** A connection, and what was written to it. */
function connection(): { socket: Duplex; written: () => string } {
  let written = '';
  const socket = new Duplex({
    read: () => undefined,
    write: (text, _, wrote) => ((written += String(text)), wrote()),
  });
  return { socket, written: () => written };
}

/** The status of a refusal, its message and what else it says; undefined if the upgrade is accepted. */
function refusal(facts: RequestFacts, upgrade = upgradeWith()): readonly unknown[] | undefined {
  const { socket, written } = connection();
  upgrade(requestOf({ url: '/graphql', headers: [protocol], ...facts }), socket, Buffer.from('head'));
  if (written() === '') return undefined;
  const [head = '', body = ''] = written().split('\r\n\r\n');
  const { errors } = JSON.parse(body) as { errors: Array<{ message: string }> };
  return [Number(head.split(' ')[1]), errors[0]?.message, /retry-after: (\d+)/.exec(head)?.[1]];
}

describe('An upgrade', () => {
  test('is accepted at the paths of GraphQL, by its protocol among others, with an id', () => {
    for (const url of ['/graphql', '/graphql?x=/y', '/api/graphql']) expect(refusal({ url })).toBeUndefined();
    for (const offered of ['a,graphql-transport-ws', 'graphql-transport-ws , b'])
      expect(refusal({ headers: [['sec-websocket-protocol', offered]] })).toBeUndefined();
    expect(accepted).toHaveLength(5);
    expect(accepted[1]).toEqual(['/graphql?x=/y', 'head', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test.each<[string, RequestFacts, readonly unknown[]]>([
    [
      'at another path',
      { url: '/other?/graphql' },
      [404, 'There is no WebSocket at this URL; subscriptions are at /graphql.'],
    ],
    ['without a protocol', { headers: [] }, [400, 'Use the WebSocket subprotocol graphql-transport-ws.']],
    [
      'by another protocol',
      { headers: [['sec-websocket-protocol', 'graphql-ws, graphql-transport-ws-2']] },
      [400, 'Use the WebSocket subprotocol graphql-transport-ws.'],
    ],
    [
      'with cookies from another origin',
      { headers: [protocol, ['origin', 'https://evil.example'], ['cookie', 'sallyport-access=x']] },
      [403, 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.'],
    ],
  ])('%s is refused', (_, facts, refused) => {
    expect(refusal(facts)).toEqual([...refused, undefined]);
    expect(accepted).toEqual([]);
  });

  test('with cookies of our own pages, or without, is accepted', () => {
    const cookie = ['cookie', 'sallyport-access=x'] as const;
    expect(refusal({ headers: [protocol, ['origin', 'https://app.example'], cookie] })).toBeUndefined();
    expect(refusal({ headers: [protocol, ['origin', 'https://evil.example']] })).toBeUndefined();
  });

  test('is refused while the server stops, and for another host', () => {
    expect(refusal({}, upgradeWith({ isStopping: () => true }))).toEqual([503, 'The server is stopping.', '10']);
    const requireHost = (): void => {
      throw new AppError('BAD_REQUEST', 'Another host.');
    };
    expect(refusal({}, upgradeWith({ requireHost }))).toEqual([400, 'Another host.', undefined]);
    const report = (): AppError => new AppError('INTERNAL_SERVER_ERROR', 'Reported.');
    expect(refusal({ headers: [] }, upgradeWith({ report }))).toEqual([500, 'Reported.', undefined]);
  });

  test('is refused to an IP address that has two hundred, until one of them is closed', async () => {
    const upgrade = upgradeWith();
    const { socket } = connection();
    upgrade(requestOf({ url: '/graphql', headers: [protocol] }), socket, Buffer.from('head'));
    for (let count = 1; count < 200; count += 1) expect(refusal({}, upgrade)).toBeUndefined();
    const full = [429, 'Your IP address already has 200 connections. Close one first.', '10'];
    expect(refusal({}, upgrade)).toEqual(full);
    await once(socket.destroy(), 'close');
    expect([refusal({}, upgrade), refusal({}, upgrade)]).toEqual([undefined, full]);
  });

  test('whose client resets its connection ends that alone', () => {
    const { socket } = connection();
    upgradeWith()(requestOf({ url: '/graphql', headers: [protocol] }), socket, Buffer.from('head'));
    socket.emit('error', new Error('ECONNRESET'));
    expect(socket.destroyed).toBe(true);
  });
});
