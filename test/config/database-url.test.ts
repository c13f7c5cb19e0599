import { describe, expect, test } from '@jest/globals';
import { DatabaseUrlError, readDatabaseUrl } from '../../src/config/database-url.ts';

function problemOf(url: string): string {
  try {
    readDatabaseUrl(url);
  } catch (error) {
    if (error instanceof DatabaseUrlError) return error.message;
    throw error;
  }
  return '';
}

describe('The URL of a database', () => {
  test('is read as libpq reads it', () => {
    expect(
      readDatabaseUrl('postgresql://us%40er:p%23ss@db.internal:6432/my%20db?application_name=x&connect_timeout=3'),
    ).toMatchObject({
      host: 'db.internal',
      port: 6432,
      user: 'us@er',
      password: 'p#ss',
      database: 'my db',
      applicationName: 'x',
      connectTimeoutSeconds: 3,
      ssl: { mode: 'prefer' },
    });
    expect(readDatabaseUrl('postgres:///db?host=/var/run/postgresql&user=me')).toMatchObject({
      host: '/var/run/postgresql',
      port: 5432,
      user: 'me',
      password: undefined,
    });
    expect(readDatabaseUrl('postgresql://[2001:db8::1]/db').host).toBe('2001:db8::1');
    expect(readDatabaseUrl('postgresql://h/d?sslrootcert=system').ssl.mode).toBe('verify-full');
  });

  test.each([
    ['sslmode=verify-full', /`sslmode=verify-full` needs `sslrootcert`/],
    ['sslmode=require&sslrootcert=system', /`sslrootcert=system` needs `sslmode=verify-full`/],
    ['sslmode=on', /`sslmode`: expected disable, allow/],
    ['sslcert=a.pem', /`sslcert` and `sslkey` need each other/],
    ['sslnegotiation=direct', /needs `sslmode=require`/],
    ['target_session_attrs=read-write', /`target_session_attrs`: expected any/],
    ['channel_binding=require', /`channel_binding`: expected disable, prefer/],
    ['gssencmode=require', /`gssencmode`: expected/],
    ['sslcrl=crl.pem&passfile=x', /`sslcrl`, `passfile` would be ignored: remove it/],
    ['connect_timeout=soon', /`connect_timeout`: expected a whole number/],
    ['pool_size=5', /^has a parameter that PostgreSQL does not know$/],
  ])('with ?%s stops the start, which says what is wrong', (parameters, message) => {
    expect(problemOf(`postgresql://user:word@host/db?${parameters}`)).toMatch(message);
  });

  test.each([
    'postgresql://user:hun/ter2@host/db',
    'postgresql://user:42/hunter2@host/db',
    'postgresql://user:hunter2#x@host/db',
    'postgresql://user:42#hunter2@host/db',
    'postgresql://user:42?hunter2@host/db',
    'postgresql://user:42?sslmode=hunter2@host/db',
    'postgresql://user:p@hunter2?x@host/db',
    'postgresql://user:hunter2%zz@host/db',
    'postgresql://user:hunter2@host/a/b',
    'postgresql://user:hunter2@a,b/db',
    'postgresql://user:w@host/db?password=hunter2&hunter2=1',
    'mysql://user:hunter2@host/db',
    'user:hunter2@host',
  ])('that cannot be read, such as %s, is refused without a piece of its password', (url) => {
    expect(problemOf(url)).not.toBe('');
    expect(problemOf(url)).not.toMatch(/hunter2|42/);
  });
});
