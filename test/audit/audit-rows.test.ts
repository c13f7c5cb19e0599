import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { entities } from '../../src/app/entities.ts';
import { createRecorder } from '../../src/audit/create-recorder.ts';
import type { Provenance, Recorder, SecurityEvent } from '../../src/audit/record.ts';
import { asSystem } from '../../src/database/write-guard/as-system.ts';

/* What is recorded of an event, as a row for the database; nothing here connects to one. */

const now = new Date('2026-05-05T12:00:00Z');
const anonymous: Provenance['principal'] = { kind: 'anonymous' };
const user: Provenance['principal'] = { kind: 'user', id: 'a user', roles: [], scopes: [], sessionId: 'a session' };
const from = (principal: Provenance['principal']): Provenance => ({
  principal,
  now,
  ipAddress: '192.0.2.1',
  userAgent: 'A browser',
  requestId: 'a request',
});

let orm: MikroORM;
let recorder: Recorder;
beforeAll(async () => {
  orm = new MikroORM({ entities, dbName: 'none' });
  recorder = createRecorder({
    orm,
    afterCommit: () => undefined,
    log: { info: () => undefined, error: () => undefined },
  });
});
afterAll(() => orm.close());

const rowOf = (principal: Provenance['principal'], event: Partial<SecurityEvent> = {}) =>
  recorder.prepare(from(principal), { type: 'session.started', ...event }).row.values;

test('An event is a row of its moment, with who did it, in which session, and from where', () => {
  expect(rowOf(user)).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-/),
    at: now,
    type: 'session.started',
    outcome: 'SUCCESS',
    actorId: 'a user',
    subjectId: null,
    sessionId: 'a session',
    ipAddress: '192.0.2.1',
    userAgent: 'A browser',
    requestId: 'a request',
    details: null,
  });
  expect(rowOf(user, { outcome: 'DENIED', subjectId: 'another user', details: { a: 1 } })).toMatchObject({
    outcome: 'DENIED',
    subjectId: 'another user',
    details: { a: 1 },
  });
});

test('An event says itself who did it, and in which session, or that it was nobody, in none', () => {
  const told = { actorId: 'another user', sessionId: 'another session' };
  expect(rowOf(user, told)).toMatchObject(told);
  expect(rowOf(user, { actorId: null, sessionId: null })).toMatchObject({ actorId: null, sessionId: null });
  expect(rowOf(anonymous)).toMatchObject({ actorId: null, sessionId: null });
});

test('An event names the API key or the service by which it came, beside the owner of the key', () => {
  const rights = { roles: [], scopes: [] };
  const apiKey: Provenance['principal'] = { kind: 'apiKey', id: 'a key', userId: 'its owner', ...rights };
  expect(rowOf(apiKey)).toMatchObject({ actorId: 'its owner', sessionId: null, details: { apiKeyId: 'a key' } });
  expect(rowOf(apiKey, { details: { a: 1 } })).toHaveProperty('details', { a: 1, apiKeyId: 'a key' });
  const service: Provenance['principal'] = { kind: 'service', id: 'a service', ...rights };
  expect(rowOf(service)).toMatchObject({ actorId: null, details: { serviceId: 'a service' } });
  expect(rowOf(user, { details: { a: 1 } })).toHaveProperty('details', { a: 1 });
});

test('An event of work that no policy decides on says why that is so', () => {
  const details = { a: 1, systemWork: 'the proof of a password' };
  expect(asSystem(details.systemWork, () => rowOf(user, { details: { a: 1 } }))).toMatchObject({ details });
});
