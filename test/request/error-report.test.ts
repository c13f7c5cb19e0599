import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { AppError } from '../../src/errors.ts';
import { createErrorReport } from '../../src/request/error-report.ts';

function reportOf(error: unknown, described: AppError | null) {
  const lines: Array<Record<string, unknown>> = [];
  const asked: unknown[] = [];
  const log = pino(
    { base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const report = createErrorReport(log, (one) => (asked.push(one), described));
  return { seen: report(error, 'a-request'), lines, asked };
}

describe('An error', () => {
  test('of ours is shown as it is, and neither described nor logged', () => {
    const error = new AppError('NOT_FOUND', 'There is none.');
    const { seen, lines, asked } = reportOf(error, new AppError('CONFLICT', 'Another.'));
    expect([seen === error, lines, asked]).toEqual([true, [], []]);
  });

  test('that can be described is shown so, and is logged if it is an outage', () => {
    const error = new Error('duplicate key');
    const conflict = new AppError('CONFLICT', 'It is there already.');
    expect(reportOf(error, conflict)).toEqual({ seen: conflict, lines: [], asked: [error] });
    const outage = new AppError('SERVICE_UNAVAILABLE', 'The database is away.');
    const { seen, lines } = reportOf(error, outage);
    expect(seen).toBe(outage);
    expect(lines).toMatchObject([
      { level: 40, requestId: 'a-request', msg: 'The database is away.', err: { message: 'duplicate key' } },
    ]);
  });

  test('of any other kind is logged with the id of its request, and nothing of it is shown', () => {
    for (const error of [new Error('a secret'), new TypeError('a secret')]) {
      const { seen, lines } = reportOf(error, null);
      expect(seen).toBeInstanceOf(AppError);
      expect(seen).toMatchObject({
        code: 'INTERNAL_SERVER_ERROR',
        message: 'Something went wrong on our side. If it happens again, report it with the request id.',
        options: {},
      });
      expect(seen.cause).toBeUndefined();
      expect(lines).toMatchObject([
        { level: 50, requestId: 'a-request', msg: 'unexpected error', err: { message: 'a secret' } },
      ]);
    }
  });
});
