import { describe, expect, test } from '@jest/globals';
import { Answer } from '../../src/http/server/answer.ts';
import { HttpCookieJar } from '../../src/http/server/cookies.ts';
import { closeCodeOf, closeCodes } from '../../src/http/websocket/close-codes.ts';
import { createConnectionSlots } from '../../src/http/websocket/connection-slots.ts';
import { websocketCredential } from '../../src/http/websocket/websocket-credential.ts';
import { requestOf } from '../support/http-message.ts';

type Params = Readonly<Record<string, unknown>>;

function credentialOf(params: Params | undefined, headers: Record<string, string> = {}) {
  const request = requestOf({ headers: Object.entries(headers) });
  const jar = new HttpCookieJar(request, new Answer(request), {
    secure: false,
    sameSite: 'lax',
    originAllowed: true,
    noteForeignOrigin: () => undefined,
  });
  return websocketCredential(request, jar, params);
}

/** What is found, or the code of the refusal. */
function outcomeOf(params: Params | undefined, headers: Record<string, string> = {}): unknown {
  try {
    const { authorization, apiKey } = credentialOf(params, headers);
    return authorization ?? apiKey ?? 'none';
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  }
}

describe('The credential of a WebSocket', () => {
  test('is that of its upgrade, or that of its first message', () => {
    const none = { authorization: undefined, apiKey: undefined, queryKey: undefined };
    const cookies = { access: undefined, refresh: undefined };
    expect(credentialOf(undefined, { authorization: 'Bearer x' })).toEqual({
      ...none,
      authorization: 'Bearer x',
      cookies,
    });
    expect(credentialOf({ authorization: 'Bearer y' })).toEqual({ ...none, authorization: 'Bearer y', cookies });
    const cookie = 'sallyport-access=a; sallyport-refresh=r';
    expect(credentialOf({}, { cookie })).toEqual({ ...none, cookies: { access: 'a', refresh: 'r' } });
  });

  const deep = (depth: number, value: unknown): unknown => (depth === 0 ? value : { a: deep(depth - 1, value) });

  const read: ReadonlyArray<[string, Params[]]> = [
    ['Bearer x', [{ Authorization: 'Bearer x' }, { headers: { AUTHORIZATION: 'Bearer x' } }]],
    ['Bearer x', [{ authorization: 'Bearer x', other: 1, list: ['a', { b: 'c' }] }]],
    ['none', [{}, { authorization: null }, { authorization: ' ' }, { headers: null }, { headers: {} }]],
    ['none', [{ token: '' }, { token: null }, { headers: { 'x-api-key': ' ' } }, { cookies: undefined }]],
    ['none', [{ language: 'de', count: 5, isLive: true, nested: { a: [1, 'b', null] } }]],
    ['none', [{ note: 'I like basic things' }, { note: 'ask: Bearer x' }, { a: 'respect_x' }]],
    ['none', [{ a: deep(8, 'x') }]],
    ['none', [{ a: { token: '' } }, { headers: { a: { secret: null } } }]],
  ];

  test('is read as one, or as none', () => {
    for (const [found, all] of read)
      expect(all.map((params) => [params, outcomeOf(params)])).toEqual(all.map((params) => [params, found]));
  });

  const refused: ReadonlyArray<[string, Params[]]> = [
    ['under another name', [{ token: 'x' }, { 'x-api-key': 'x' }, { headers: { cookie: 'x' } }, { authToken: 1 }]],
    ['under another name, beside one', [{ authorization: 'Bearer x', token: 'y' }]],
    ['by its form', [{ a: 'Bearer x' }, { a: ' basic x' }, { a: 'sp_x' }, { a: 'eyJx' }, { a: 'DPoP x' }]],
    ['by its form', [{ a: 'authorization' }, { a: 'Authorization: x' }, { a: 'x-api-key: y' }, { a: 'cookie:x' }]],
    ['more deeply', [{ a: { authorization: 'x' } }, { headers: { a: { token: 'x' } } }, { a: deep(8, 'sp_x') }]],
    ['too deep to look for', [{ a: deep(9, 'x') }]],
    ['in a list', [{ a: ['x', 'Bearer x'] }, { headers: ['authorization', 'x'] }, { a: [{ token: 'x' }] }]],
    ['where headers should be', [{ headers: 'authorization: x' }, { headers: 'Bearer x' }]],
    ['in another type', [{ token: true }, { secret: { a: 'x' } }, { session: 0 }]],
  ];

  test('that is there and not understood is refused', () => {
    for (const [where, all] of refused)
      expect([where, ...all.map((params) => outcomeOf(params))]).toEqual([where, ...all.map(() => 'UNAUTHENTICATED')]);
    expect(() => credentialOf({ token: 'x' })).toThrow(
      expect.objectContaining({
        message: 'Unsupported credential. Send it as `authorization` of connection_init.',
        options: { refusal: 'bad_credential' },
      }),
    );
  });

  test('that comes as a list of its own is refused', () => {
    const list: object = ['authorization', 'Bearer x'];
    expect(outcomeOf(list as Params)).toBe('UNAUTHENTICATED');
    expect(outcomeOf(Object.assign([], { authorization: 'Bearer x' }) as object as Params)).toBe('none');
  });

  test.each<[Params, Record<string, string>]>([
    [{ authorization: 'Bearer x', Authorization: 'Bearer x' }, {}],
    [{ authorization: 'Bearer x', headers: { authorization: 'Bearer x' } }, {}],
    [{ authorization: 1 }, {}],
    [{ authorization: ['Bearer x'] }, {}],
    [{ authorization: 'Bearer x' }, { authorization: 'Bearer x' }],
    [{ authorization: 'Bearer x' }, { 'x-api-key': 'x' }],
    [{ authorization: 'Bearer x' }, { cookie: 'sallyport-access=a' }],
    [{ authorization: 'Bearer x' }, { cookie: 'sallyport-refresh=r' }],
  ])('is one string in one place, or refused: %p beside %p', (params, headers) => {
    expect(() => credentialOf(params, headers)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message:
          'Send one credential: in the headers of the upgrade, or as a string in `authorization` of connection_init.',
      }),
    );
  });

  test('closes its connection by a code that tells whether to come again', () => {
    expect(
      (['UNAUTHENTICATED', 'BAD_REQUEST', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR'] as const).map(closeCodeOf),
    ).toEqual([4403, 4400, 1013, 1013]);
    expect(closeCodes).toEqual({
      goingAway: 1001,
      internalError: 1011,
      unavailable: 1013,
      badRequest: 4400,
      refused: 4403,
      tooMany: 4429,
    });
  });
});

describe('The connections of an IP address', () => {
  test('are as many as it has slots, in each of its ranges, until one is given back', () => {
    const { take } = createConnectionSlots(2);
    const single = createConnectionSlots(1);
    expect([single.take([{ key: 'one', factor: 1 }]), single.take([{ key: 'one', factor: 1 }])]).toEqual([
      expect.any(Function),
      null,
    ]);
    const one = [
      { key: 'one', factor: 1 },
      { key: 'all', factor: 2 },
    ];
    const other = [
      { key: 'other', factor: 1 },
      { key: 'all', factor: 2 },
    ];
    const third = [
      { key: 'third', factor: 1 },
      { key: 'all', factor: 2 },
    ];
    const [first] = [take(one), take(one)];
    // What is refused takes nothing of any range.
    expect([take(one), take(one)]).toEqual([null, null]);
    expect([take(other), take(other)]).not.toContain(null);
    expect(take(third)).toBeNull();
    first?.();
    expect([take(third), take(third)]).toEqual([expect.any(Function), null]);
  });
});
