import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { openConnection } from '../../src/http/websocket/websocket-connection.ts';
import type { OperationCaller } from '../../src/http/request-context.ts';
import type { RequestContext } from '../../src/request/context.ts';
import type { PresentedCredentials, RecognisedCredential } from '../../src/request/credentials.ts';
import { knownCallers, moment } from '../support/request-context-deps.ts';

const user: RecognisedCredential = {
  principal: { kind: 'user', id: 'ada', userId: 'ada', roles: ['EDITOR'], scopes: ['a', 'b'] },
  source: 'bearer',
};

const presented = { authorization: 'Bearer x', apiKey: undefined, queryKey: undefined, cookies: {} };

/** Opens a connection whose credential is, at each look, what the function given answers. */
async function open(look: () => Promise<RecognisedCredential>) {
  const closed: unknown[][] = [];
  const looks: PresentedCredentials[] = [];
  const callers: OperationCaller[] = [];
  let renewed = 0;
  const connection = await openConnection(
    {
      ...knownCallers().deps,
      strategies: [(credentials) => (looks.push(credentials), look())],
      beginUnitOfWork(caller) {
        callers.push(caller);
        return {
          get em(): never {
            throw new Error('There is no entity manager.');
          },
          get rows(): never {
            throw new Error('There are no rows.');
          },
          renew: () => void (renewed += 1),
        };
      },
    },
    {
      presented: { ...presented, ipAddress: '192.0.2.1' },
      requestId: 'a request',
      userAgent: 'a client',
      close: (code, reason) => void closed.push([code, reason]),
    },
  );
  return { connection, closed, looks, callers, renewed: () => renewed };
}

const always = (credential: RecognisedCredential) => () => Promise.resolve(credential);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('A connection', () => {
  test('has the caller of its credential, and what came with its upgrade', async () => {
    const { connection, looks, callers, renewed } = await open(always(user));
    const context = connection.context();
    const principal = { ...user.principal, networks: ['office'] };
    expect(context).toMatchObject({
      principal,
      credential: { source: 'bearer' },
      requestId: 'a request',
      ipAddress: '192.0.2.1',
      userAgent: 'a client',
      now: moment,
    });
    expect(looks).toEqual([
      { ...presented, ipAddress: '192.0.2.1', requestId: 'a request', userAgent: 'a client', now: moment },
    ]);
    expect(callers).toMatchObject([{ principal, ipAddress: '192.0.2.1' }]);
    expect(() => context.em).toThrow('There is no entity manager.');
    expect(() => context.rows).toThrow('There are no rows.');
    context.renewUnitOfWork();
    expect(renewed()).toBe(1);
  });

  test('has no cookies, and nobody signs in on it', async () => {
    const { connection } = await open(always(user));
    const { cookies, actAs, principal } = connection.context();
    actAs({ kind: 'anonymous' });
    cookies.set('access', 'x', 1);
    cookies.clear('access');
    cookies.noteForeignOrigin();
    expect([cookies.get('access'), cookies.originAllowed, principal.kind]).toEqual([undefined, false, 'user']);
  });

  test.each([
    ['EXPIRED', 'The access token has expired. Refresh it.'],
    ['ENDED', 'The session has ended. Sign in again.'],
  ] as const)('is not opened by a credential that has ended: %s', async (reason, message) => {
    const ended = { sessionId: null, reason };
    await expect(open(always({ ...user, ended }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message,
      options: { reason },
    });
  });

  test('is of its user, and concerned by the ends of its credential alone', async () => {
    const { connection } = await open(always({ ...user, endedBy: ['session', 'key'] }));
    expect([connection.userId, ...['ada', 'session', 'key', 'eve', ''].map(connection.concerns)]).toEqual([
      'ada',
      true,
      true,
      true,
      false,
      false,
    ]);
    const key: RecognisedCredential = {
      principal: { kind: 'apiKey', id: 'key', userId: null, roles: [], scopes: [] },
      source: 'header',
    };
    const ofNobody = (await open(always(key))).connection;
    expect([ofNobody.userId, ofNobody.concerns('key')]).toEqual([undefined, false]);
    const anonymous = (await open(always({ principal: { kind: 'anonymous' }, source: 'none' }))).connection;
    expect(anonymous.userId).toBeUndefined();
  });
});

describe('A credential that is looked at again', () => {
  test('keeps its connection while its rights are the same, in whatever order', async () => {
    let current = user;
    const { connection, closed } = await open(() => Promise.resolve(current));
    const context = connection.context();
    current = { ...user, principal: { kind: 'user', id: 'ada', roles: ['EDITOR'], scopes: ['b', 'a'] } };
    expect([await connection.renew(), closed]).toEqual([true, []]);
    expect(context.principal).toEqual({ ...current.principal, networks: ['office'] });
  });

  const changes: ReadonlyArray<[string, RecognisedCredential]> = [
    ['has ended', { ...user, ended: { sessionId: null, reason: 'ENDED' } }],
    ['is of another user', { ...user, principal: { kind: 'user', id: 'eve', roles: ['EDITOR'], scopes: ['a', 'b'] } }],
    ['has another role', { ...user, principal: { kind: 'user', id: 'ada', roles: ['ADMIN'], scopes: ['a', 'b'] } }],
    ['has one role less', { ...user, principal: { kind: 'user', id: 'ada', roles: [], scopes: ['a', 'b'] } }],
    ['has one scope less', { ...user, principal: { kind: 'user', id: 'ada', roles: ['EDITOR'], scopes: ['a'] } }],
    ['is nobody’s', { principal: { kind: 'anonymous' }, source: 'none' }],
  ];

  test('closes its connection if it has ended, is another’s, or has other rights', async () => {
    for (const [what, changed] of changes) {
      let current = user;
      const { connection, closed } = await open(() => Promise.resolve(current));
      current = changed;
      expect([what, await connection.renew(), closed]).toEqual([
        what,
        false,
        [[4403, 'The session has ended, or its rights have changed.']],
      ]);
    }
  });

  test.each([
    [new AppError('UNAUTHENTICATED', 'It is forged.'), 4403, 'It is forged.'],
    [new AppError('SERVICE_UNAVAILABLE', 'The database is away.'), 1013, 'Try again later.'],
    [Object.assign(new Error('of somebody else'), { code: 'UNAUTHENTICATED' }), 1013, 'Try again later.'],
  ])('closes its connection if that fails: %s', async (failure, code, reason) => {
    let look: () => Promise<RecognisedCredential> = always(user);
    const { connection, closed } = await open(() => look());
    look = () => Promise.reject(failure);
    expect([await connection.renew(), closed]).toEqual([false, [[code, reason]]]);
  });

  test('is looked at once for an event, however many subscriptions deliver it', async () => {
    const { connection, looks, renewed } = await open(always(user));
    const [one, other] = [connection.context(), connection.context()];
    const [event, next] = [{}, {}];
    const renew = ({ subscriptionCredential }: RequestContext, each: object): Promise<boolean> =>
      subscriptionCredential?.renew(each) ?? Promise.resolve(false);
    const answers = await Promise.all([renew(one, event), renew(other, event), renew(one, next)]);
    expect([answers, looks.length, renewed()]).toEqual([[true, true, true], 3, 3]);
    await Promise.all([connection.renew(), connection.renew()]);
    expect(looks).toHaveLength(5);
  });
});

describe('The client of a connection', () => {
  test('waits until the connection ends, or the subscription or its event does', async () => {
    const { connection, callers } = await open(always(user));
    const [first, second] = [connection.context(), connection.context()];
    const waiting = (): unknown[] => [
      first.isClientWaiting?.(),
      second.isClientWaiting?.(),
      ...callers.map(({ isClientWaiting }) => isClientWaiting()),
    ];
    expect(waiting()).toEqual([true, true, true, true]);
    first.setIsClientWaiting?.(() => false);
    expect(waiting()).toEqual([false, true, false, true]);
    await first.subscriptionCredential?.renew({});
    expect([first.eventWork?.count(), first.eventWork?.isUnderWay(), ...waiting()]).toEqual([
      1,
      true,
      true,
      true,
      true,
      true,
    ]);
    let hasLeft = false;
    second.onDisconnect?.(() => void (hasLeft = true));
    second.eventWork?.leave();
    expect([hasLeft, ...waiting()]).toEqual([true, true, false, true, false]);
    connection.end();
    expect(waiting()).toEqual([false, false, false, false]);
  });
});

describe('The time of a credential', () => {
  const inMs = (ms: number): RecognisedCredential => ({ ...user, expiresAt: new Date(moment.getTime() + ms) });

  test('ends its connection when it is over', async () => {
    const { closed } = await open(always(inMs(5_000)));
    jest.advanceTimersByTime(4_999);
    expect(closed).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(closed).toEqual([[4403, 'The access token has expired.']]);
  });

  test('that is over already ends it at once', async () => {
    const { closed } = await open(always(inMs(-5_000)));
    jest.advanceTimersByTime(0);
    expect(closed).toHaveLength(1);
  });

  test('beyond what a timer counts ends it no sooner, and without an end never', async () => {
    const far = await open(always(inMs(2 ** 40)));
    const never = await open(always(user));
    jest.advanceTimersByTime(1_000_000);
    expect([far.closed, never.closed]).toEqual([[], []]);
  });

  test('is not followed once the connection has ended', async () => {
    const { connection, closed } = await open(always(inMs(5_000)));
    connection.end();
    jest.advanceTimersByTime(10_000);
    expect(closed).toEqual([]);
  });
});
