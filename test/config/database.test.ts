import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

const url = 'postgresql://sallyport:word@db.internal/sallyport';

describe('The database', () => {
  test('is embedded, in memory or a server, as its URL says', () => {
    const databaseOf = (env: Record<string, string>) => parseConfig(env).database;
    expect(databaseOf({ DATA_DIR: '/srv/data' })).toEqual({ kind: 'embedded', folder: '/srv/data/database' });
    expect(databaseOf({ DATABASE_URL: 'memory:' })).toEqual({ kind: 'memory' });
    expect(databaseOf({ DATABASE_URL: url })).toEqual({ kind: 'postgresql', url, preparedStatements: true });
    const pooled = { DATABASE_URL: url, DATABASE_DIRECT_URL: `${url}2`, PREPARED_STATEMENTS: 'off' };
    expect(databaseOf(pooled)).toEqual({
      kind: 'postgresql',
      url,
      directUrl: `${url}2`,
      preparedStatements: false,
    });
  });

  test('has a direct URL beside a URL alone', () => {
    const mistake = 'DATABASE_DIRECT_URL: has no effect without a DATABASE_URL: set that, or remove this';
    expect(mistakesOf({ DATABASE_DIRECT_URL: url })).toEqual([mistake]);
    expect(mistakesOf({ DATABASE_DIRECT_URL: url, DATABASE_URL: 'memory:' })).toEqual([mistake]);
  });

  test('may be in memory by its URL, but not by its direct one', () => {
    const [mistake = ''] = mistakesOf({ DATABASE_URL: 'mysql://h/d' });
    expect(mistake).toMatch(
      /^DATABASE_URL: expected postgresql:.* \(or memory: for a database that is gone at exit\)$/,
    );
    const [direct = ''] = mistakesOf({ DATABASE_URL: url, DATABASE_DIRECT_URL: 'memory:' });
    expect(direct).toMatch(/^DATABASE_DIRECT_URL: expected postgresql:/);
    expect(direct).not.toContain('or memory:');
    expect(mistakesOf({ DATABASE_URL: 'postgresql://a,b/db' })).toEqual([
      'DATABASE_URL: names several hosts; expected one',
    ]);
  });

  test('of production needs a password by its direct URL as well; that of development needs none', () => {
    const open = { DATABASE_URL: url, DATABASE_DIRECT_URL: 'postgresql://sallyport@db.internal/sallyport' };
    expect(mistakesOf({ ...production, ...open })).toEqual([
      expect.stringMatching(/^DATABASE_DIRECT_URL: without a password over a network/),
    ]);
    expect(mistakesOf({ ...production, ...open, ALLOW_INSECURE: 'database' })).toEqual([]);
    expect(mistakesOf(open)).toEqual([]);
  });

  test('enforces policies if it is asked to and can', () => {
    const enforces = (env: Record<string, string>) => parseConfig(env).rowLevelSecurity;
    expect([enforces({ DATABASE_URL: url, ROW_LEVEL_SECURITY: 'on' }), enforces({ DATABASE_URL: url })]).toEqual([
      true,
      false,
    ]);
    expect(mistakesOf({ ROW_LEVEL_SECURITY: 'on' })).toEqual([
      'ROW_LEVEL_SECURITY: must be off with the embedded database; set DATABASE_URL to a PostgreSQL',
    ]);
  });
});
