import { describe, expect, test } from '@jest/globals';
import { createRefusals } from '../../src/audit/record-refusals.ts';
import type { OnRefused, Provenance, Refusal, SecurityEvent } from '../../src/audit/record.ts';

const begin = Date.parse('2026-05-05T12:00:00Z');
const from = (principal: Provenance['principal'], minutes = 0, ipAddress = '192.0.2.1'): Provenance => ({
  principal,
  ipAddress,
  now: new Date(begin + minutes * 60_000),
  requestId: null,
  userAgent: null,
});
const anonymous: Provenance['principal'] = { kind: 'anonymous' };
const user = (id: string, sessionId: string): Provenance['principal'] => ({
  kind: 'user',
  id,
  roles: [],
  scopes: [],
  sessionId,
});
const key = (id: string, userId: string): Provenance['principal'] => ({
  kind: 'apiKey',
  id,
  userId,
  roles: [],
  scopes: [],
});
const tooBusy: Refusal = { kind: 'request', reason: 'too_busy' };
const reads = (fields: readonly string[], code = 'FORBIDDEN'): Refusal => ({ kind: 'reads', fields, code });

/** What records refusals into a list, each event with its place as its id; `answer` is asked for another one. */
function recorded(answer = async (id: string): Promise<string | null> => id) {
  const events: SecurityEvent[] = [];
  const record: OnRefused = createRefusals({ note: (_, event) => answer(`event ${events.push(event)}`) });
  return { events, refuse: async (by: Provenance, refusal: Refusal) => (await record(by, [refusal]))[0] };
}

describe('The same refusal of a caller', () => {
  test('is one event for ten minutes, and another one then', async () => {
    const { refuse } = recorded();
    const ids: unknown[] = [];
    for (const minutes of [0, 5, 9.99, 10, 19.99, 20]) ids.push(await refuse(from(anonymous, minutes), tooBusy));
    expect(ids).toEqual(['event 1', 'event 1', 'event 1', 'event 2', 'event 2', 'event 3']);
  });

  test('is one for the session, the key or, without a credential, the IP address that it is refused', async () => {
    const { events, refuse } = recorded();
    const callers = [
      from(anonymous),
      from(anonymous, 0, '192.0.2.2'),
      from(user('one', 'a session')),
      from(user('one', 'another session')),
      from(user('two', 'a session')),
      from(key('one', 'one')),
      from(key('two', 'one')),
    ];
    for (const caller of [...callers, ...callers]) await refuse(caller, tooBusy);
    // A credential is itself from whatever IP address.
    await refuse(from(key('two', 'one'), 0, '192.0.2.3'), tooBusy);
    expect(events).toHaveLength(callers.length);
  });

  test('is another one than that for another reason, of other fields or with another code', async () => {
    const { events, refuse } = recorded();
    const refusals: Refusal[] = [
      tooBusy,
      { kind: 'request', reason: 'too_large' },
      reads(['Query.users']),
      reads(['Query.users', 'Query.auditEvents']),
      reads(['Query.users'], 'UNAUTHENTICATED'),
    ];
    for (const refusal of [...refusals, ...refusals]) await refuse(from(anonymous), refusal);
    expect(events.map(({ type, outcome, details }) => [type, outcome, details])).toEqual([
      ['request.refused', 'DENIED', { reason: 'too_busy' }],
      ['request.refused', 'DENIED', { reason: 'too_large' }],
      ['read.refused', 'DENIED', { fields: ['Query.users'], code: 'FORBIDDEN' }],
      ['read.refused', 'DENIED', { fields: ['Query.users', 'Query.auditEvents'], code: 'FORBIDDEN' }],
      ['read.refused', 'DENIED', { fields: ['Query.users'], code: 'UNAUTHENTICATED' }],
    ]);
  });

  test('is an event each time if a mutation is what was refused', async () => {
    const { refuse } = recorded();
    const refusal: Refusal = { kind: 'mutation', field: 'deleteArticle', code: 'FORBIDDEN', subjectId: null };
    expect(await refuse(from(anonymous), refusal)).toBe('event 1');
    expect(await refuse(from(anonymous), refusal)).toBe('event 2');
  });

  test('is remembered for ten thousand callers, the one who was refused first being forgotten first', async () => {
    const { events, refuse } = recorded();
    const caller = (number: number, minutes = 0) => from(anonymous, minutes, `2001:db8::${number}`);
    for (let number = 1; number <= 10_000; number += 1) await refuse(caller(number), tooBusy);
    expect(await refuse(caller(1), tooBusy)).toBe('event 1');
    // The event of the first one has become the newest.
    expect(await refuse(caller(1, 10), tooBusy)).toBe('event 10001');
    await refuse(caller(10_001), tooBusy);
    expect(await refuse(caller(1, 11), tooBusy)).toBe('event 10001');
    expect(await refuse(caller(3), tooBusy)).toBe('event 3');
    expect(await refuse(caller(2), tooBusy)).toBe('event 10003');
    expect(events).toHaveLength(10_003);
  });
});

describe('A refusal that could not be recorded', () => {
  test('is recorded the next time, and one that was is not', async () => {
    let isAway = true;
    const { refuse } = recorded(async (id) => (isAway ? null : id));
    expect(await refuse(from(anonymous), tooBusy)).toBeNull();
    isAway = false;
    expect(await refuse(from(anonymous, 1), tooBusy)).toBe('event 2');
    expect(await refuse(from(anonymous, 2), tooBusy)).toBe('event 2');
  });

  test('does not make a later one be forgotten that was', async () => {
    let fail = (): void => undefined;
    const first = new Promise<null>((resolve) => (fail = () => resolve(null)));
    const { refuse } = recorded(async (id) => (id === 'event 1' ? first : id));
    const pending = refuse(from(anonymous), tooBusy);
    expect(await refuse(from(anonymous, 10), tooBusy)).toBe('event 2');
    fail();
    expect(await pending).toBeNull();
    expect(await refuse(from(anonymous, 11), tooBusy)).toBe('event 2');
  });
});
