import { describe, expect, jest, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { isBasic, parseBasic } from '../../src/request/basic-credentials.ts';
import { requireShallow } from '../../src/request/document-limits.ts';
import { refuseEnded, requireLasting } from '../../src/request/ended-credential.ts';
import { createEventWork } from '../../src/request/event-work.ts';
import type { CookieJar } from '../../src/request/cookie-jar.ts';
import type { CredentialSource } from '../../src/request/credentials.ts';
import type { EndReason } from '../../src/errors.ts';

describe('A credential that has ended', () => {
  function given(source: CredentialSource, reason?: EndReason) {
    const cleared: string[] = [];
    const cookies: CookieJar = {
      originAllowed: true,
      noteForeignOrigin: () => undefined,
      get: () => undefined,
      set: () => undefined,
      clear: (name) => void cleared.push(name),
    };
    const ended = reason === undefined ? {} : { ended: { sessionId: null, reason } };
    return { cleared, context: { cookies, credential: { source, ...ended } } };
  }

  test.each([
    ['EXPIRED', 'The access token has expired. Refresh it.'],
    ['ENDED', 'The session has ended. Sign in again.'],
  ] as const)('is refused with its reason, and a challenge: %s', (reason, message) => {
    const { context, cleared } = given('bearer', reason);
    expect(refuseEnded(context)).toMatchObject({
      code: 'UNAUTHENTICATED',
      message,
      status: 401,
      options: { reason, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    });
    expect(() => requireLasting(context)).toThrow(message);
    expect(cleared).toEqual([]);
  });

  test('is taken back if it came as cookies of a session that is over', () => {
    const [over, expired] = [given('cookie', 'ENDED'), given('cookie', 'EXPIRED')];
    for (const { context } of [over, expired]) expect(refuseEnded(context)).toBeInstanceOf(AppError);
    expect([over.cleared, expired.cleared]).toEqual([['access', 'refresh'], []]);
  });

  test('is told apart from one that has not', () => {
    const { context } = given('cookie');
    expect(refuseEnded(context)).toBeNull();
    expect(() => requireLasting(context)).not.toThrow();
  });
});

describe('The scheme Basic', () => {
  const encoded = (text: string): string => Buffer.from(text).toString('base64');

  test('is known by its name alone', () => {
    expect(['Basic', 'basic x', 'BASIC  eA=='].map(isBasic)).toEqual([true, true, true]);
    expect([undefined, '', 'Basicx', 'Bearer Basic', 'x'].map(isBasic)).toEqual(Array(5).fill(false));
  });

  test('has a user and a password, which may have colons, in UTF-8', () => {
    expect(
      ['ada:secret', 'ada:', ':', 'ada:a:b\nc', 'zoë:ß'].map((text) => parseBasic(`Basic ${encoded(text)}`)),
    ).toEqual([
      { user: 'ada', password: 'secret' },
      { user: 'ada', password: '' },
      { user: '', password: '' },
      { user: 'ada', password: 'a:b\nc' },
      { user: 'zoë', password: 'ß' },
    ]);
    expect(parseBasic(`basic   ${encoded('a:b')}`)).toEqual({ user: 'a', password: 'b' });
  });

  test('is nothing if it is not well-formed', () => {
    const wrong = [
      'Basic',
      'Basic ',
      `Basic ${encoded('ada')}`,
      `Basic ${encoded('a:b')} x`,
      'Basic !',
      `Bearer ${encoded('a:b')}`,
    ];
    expect(wrong.map(parseBasic)).toEqual(Array(6).fill(null));
  });
});

describe('A document', () => {
  const refused = 'The document is nested too deeply: at most 100 levels.';
  const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

  test.each([
    ['{', '}'],
    ['[', ']'],
    ['(', ')'],
    ['{a(b:[', '])}'],
  ])('has a hundred levels at most: %s', (open, close) => {
    const depth = open.length === 1 ? 100 : 33;
    expect(() => requireShallow(nested(open, close, depth).repeat(3))).not.toThrow();
    expect(() => requireShallow(nested(open, close, depth + 1))).toThrow(
      expect.objectContaining({ code: 'OPERATION_TOO_COMPLEX', message: refused }),
    );
  });

  test('is as deep as its levels are open at once', () => {
    expect(() => requireShallow(`${'{'.repeat(100)}}{}{`)).not.toThrow();
    expect(() => requireShallow(`${'{'.repeat(100)}}{{`)).toThrow(refused);
  });

  const many = '{'.repeat(101);

  test('has no levels in its texts and comments', () => {
    for (const text of [
      `"${many}"`,
      `"\\"${many}"`,
      `"""${many}"""`,
      `"""\n"${many}\\"""${many}"""`,
      `#${many}\n{}`,
      `"""${many}`,
    ]) {
      expect(() => requireShallow(text)).not.toThrow();
    }
    for (const text of [`""${many}`, `"\n${many}`, `"\\\\"${many}`, `""""""${many}`, `# x\n${many}`, `#\r${many}`]) {
      expect(() => requireShallow(text)).toThrow(refused);
    }
  });
});

describe('The work on the events of a subscription', () => {
  test('is under way from the arrival of an event until the source waits for the next', () => {
    const work = createEventWork();
    const heard: unknown[] = [];
    expect([work.count(), work.isUnderWay(), work.elapsedMs(), work.hasLeft()]).toEqual([0, false, 0, false]);
    work.begin();
    work.onChange(() => void heard.push(work.isUnderWay()));
    work.begin();
    expect([work.count(), work.isUnderWay()]).toEqual([2, true]);
    work.rest();
    expect([work.count(), work.isUnderWay(), heard]).toEqual([2, false, [true, false]]);
  });

  test('is timed from the arrival of the latest event', () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    try {
      const work = createEventWork();
      work.begin();
      jest.advanceTimersByTime(5);
      expect(work.elapsedMs()).toBe(5);
      work.begin();
      jest.advanceTimersByTime(2);
      work.rest();
      expect(work.elapsedMs()).toBe(2);
    } finally {
      jest.useRealTimers();
    }
  });

  test('ends when its client leaves, who is heard once, and at once by those who come later', () => {
    const work = createEventWork();
    const told: string[] = [];
    work.onLeave(() => void told.push('first'));
    work.onLeave(() => void told.push('gone'))();
    expect(told).toEqual([]);
    work.leave();
    work.leave();
    expect([told, work.hasLeft()]).toEqual([['first'], true]);
    work.onLeave(() => void told.push('late'));
    expect(told).toEqual(['first', 'late']);
  });
});
