import { describe, expect, test } from '@jest/globals';
import { parseConfig, type Config } from '../../src/config/config.ts';
import { mistakesOf } from './mistakes.ts';

interface NumberSetting {
  readonly name: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly read: (config: Config) => number;
  readonly note?: string;
  /** What has to be set for its bounds to be accepted. */
  readonly beside?: Readonly<Record<string, string>>;
}

const settings: readonly NumberSetting[] = [
  { name: 'PORT', fallback: 4000, min: 0, max: 65_535, read: ({ http }) => http.port },
  { name: 'KEEP_ALIVE_TIMEOUT', fallback: 75, min: 1, max: 3600, read: ({ http }) => http.keepAliveSeconds },
  { name: 'SHUTDOWN_DELAY', fallback: 0, min: 0, max: 600, read: ({ http }) => http.shutdownDelaySeconds },
  {
    name: 'ARGON2_MEMORY_KIB',
    fallback: 19_456,
    min: 1024,
    max: 1_048_576,
    read: ({ passwords }) => passwords.memoryKib,
  },
  { name: 'ARGON2_TIME', fallback: 2, min: 1, max: 16, read: ({ passwords }) => passwords.time },
  { name: 'ARGON2_PARALLELISM', fallback: 1, min: 1, max: 8, read: ({ passwords }) => passwords.parallelism },
  { name: 'ARGON2_CONCURRENCY', fallback: 2, min: 1, max: 64, read: ({ passwords }) => passwords.concurrency },
  {
    name: 'TRUSTED_DEVICE_TTL',
    fallback: 2_592_000,
    min: 0,
    max: 31_536_000,
    read: ({ secondFactors }) => secondFactors.trustedDeviceSeconds,
    note: '0 is never',
  },
  { name: 'AUDIT_RETENTION_DAYS', fallback: 400, min: 1, max: 36_500, read: ({ audit }) => audit.retentionDays },
  {
    name: 'ANSWER_MAX_BYTES',
    fallback: 5_242_880,
    min: 1024,
    max: 1_073_741_824,
    read: ({ answers }) => answers.maxBytes,
  },
  { name: 'OPERATION_TIMEOUT', fallback: 30, min: 1, max: 3600, read: ({ answers }) => answers.timeoutSeconds },
  {
    name: 'SIGNING_KEY_MAX_AGE_DAYS',
    fallback: 90,
    min: 0,
    max: 3650,
    read: ({ tokens }) => tokens.signingKeyMaxAgeDays,
    note: '0 is never',
  },
  { name: 'ACCESS_TOKEN_TTL', fallback: 900, min: 1, max: 86_400, read: ({ tokens }) => tokens.accessTtlSeconds },
  {
    name: 'REFRESH_IDLE_TTL',
    fallback: 2_592_000,
    min: 1,
    max: 315_360_000,
    read: ({ tokens }) => tokens.refreshIdleTtlSeconds,
    beside: { REFRESH_ABSOLUTE_TTL: '315360000' },
  },
  {
    name: 'REFRESH_ABSOLUTE_TTL',
    fallback: 7_776_000,
    min: 1,
    max: 315_360_000,
    read: ({ tokens }) => tokens.refreshAbsoluteTtlSeconds,
    beside: { REFRESH_IDLE_TTL: '1' },
  },
  { name: 'REFRESH_GRACE', fallback: 30, min: 0, max: 300, read: ({ tokens }) => tokens.refreshGraceSeconds },
];

describe.each(settings)('The number $name', ({ name, fallback, min, max, read, note, beside }) => {
  test(`is ${fallback} unless it is set`, () => {
    expect([read(parseConfig({})), read(parseConfig({ [name]: ' ' }))]).toEqual([fallback, fallback]);
  });

  test(`may be from ${min} to ${max}`, () => {
    for (const number of [min, max]) expect(read(parseConfig({ ...beside, [name]: ` ${number} ` }))).toBe(number);
  });

  test('is refused beyond its bounds, and if it is no whole number', () => {
    const range = `${name}: expected a whole number from ${min} to ${max}${note === undefined ? '' : `; ${note}`}`;
    for (const text of [`${min - 1}`, `${max + 1}`, `${min}.0`, `0x${max.toString(16)}`, '1e2', `-${max}`, 'many'])
      expect(mistakesOf({ ...beside, [name]: text })).toEqual([range]);
  });
});

test('A session may end at the same time whether it is used or not, but not later if it is not', () => {
  const refreshed = (idle: number, absolute: number) =>
    mistakesOf({ REFRESH_IDLE_TTL: String(idle), REFRESH_ABSOLUTE_TTL: String(absolute) });
  expect(refreshed(60, 60)).toEqual([]);
  expect(refreshed(61, 60)).toEqual(['REFRESH_IDLE_TTL: must not be longer than REFRESH_ABSOLUTE_TTL']);
});
