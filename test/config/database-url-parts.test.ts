import { describe, expect, test } from '@jest/globals';
import { isOpenToNetwork, readDatabaseUrl, type DatabaseServer } from '../../src/config/database-url.ts';

const readWith = (parameters: string): DatabaseServer => readDatabaseUrl(`postgresql://us:word@host/db?${parameters}`);

describe('The URL of a database server', () => {
  test('means what libpq takes it for if it says little', () => {
    expect(readDatabaseUrl('postgresql:///')).toEqual({
      host: 'localhost',
      port: 5432,
      user: undefined,
      password: undefined,
      database: undefined,
      applicationName: 'sallyport',
      connectTimeoutSeconds: undefined,
      keepAlive: true,
      keepAliveIdleSeconds: undefined,
      options: undefined,
      ssl: {
        mode: 'prefer',
        negotiation: 'postgres',
        rootCertificate: undefined,
        certificate: undefined,
        key: undefined,
        keyPassword: undefined,
        minVersion: undefined,
        maxVersion: undefined,
      },
      channelBinding: true,
    });
  });

  test('says in its parameters what stands before them otherwise', () => {
    expect(readWith('host=other&port=6432&user=me&password=secret&dbname=mine')).toMatchObject({
      host: 'other',
      port: 6432,
      user: 'me',
      password: 'secret',
      database: 'mine',
    });
    expect(readWith('host=&port=&user=&password=&dbname=')).toMatchObject({
      host: 'host',
      port: 5432,
      user: 'us',
      password: 'word',
      database: 'db',
    });
  });

  test('says in its parameters how to connect', () => {
    const ssl =
      'sslmode=verify-ca&sslrootcert=ca.pem&sslcert=a.pem&sslkey=a.key&sslpassword=w&sslnegotiation=direct&ssl_min_protocol_version=TLSv1.2&ssl_max_protocol_version=TLSv1.3';
    expect(
      readWith(
        `${ssl}&application_name=one&fallback_application_name=two&connect_timeout=7&keepalives=0&keepalives_idle=60&options=-c%20a%3D1=2&channel_binding=disable`,
      ),
    ).toMatchObject({
      applicationName: 'one',
      connectTimeoutSeconds: 7,
      keepAlive: false,
      keepAliveIdleSeconds: 60,
      options: '-c a=1=2',
      ssl: {
        mode: 'verify-ca',
        negotiation: 'direct',
        rootCertificate: 'ca.pem',
        certificate: 'a.pem',
        key: 'a.key',
        keyPassword: 'w',
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
      },
      channelBinding: false,
    });
    expect(readWith('fallback_application_name=two&channel_binding=prefer&keepalives=1')).toMatchObject({
      applicationName: 'two',
      keepAlive: true,
      channelBinding: true,
    });
    expect(readWith('sslnegotiation=direct&sslmode=require').ssl.negotiation).toBe('direct');
    expect(readWith('sslrootcert=ca.pem').ssl.mode).toBe('prefer');
    expect(readWith('sslmode=verify-full&sslrootcert=system').ssl.rootCertificate).toBe('system');
  });

  test('may have a comma in its password', () => {
    expect(readDatabaseUrl('postgresql://us,er:wo,rd@host/db')).toMatchObject({ user: 'us,er', password: 'wo,rd' });
  });

  test('takes numbers within bounds', () => {
    expect([readWith('port=1').port, readWith('port=65535').port]).toEqual([1, 65_535]);
    expect(readWith('connect_timeout=0').connectTimeoutSeconds).toBeUndefined();
    expect(readWith('connect_timeout=3600').connectTimeoutSeconds).toBe(3600);
    expect([0, 86_400].map((seconds) => readWith(`keepalives_idle=${seconds}`).keepAliveIdleSeconds)).toEqual([
      0, 86_400,
    ]);
  });

  test.each([
    ['port=0', '`port`: expected a whole number from 1 to 65535'],
    ['port=65536', '`port`: expected a whole number from 1 to 65535'],
    ['port=1e2', '`port`: expected a whole number from 1 to 65535'],
    ['connect_timeout=3601', '`connect_timeout`: expected a whole number from 0 to 3600'],
    ['keepalives_idle=86401', '`keepalives_idle`: expected a whole number from 0 to 86400'],
    ['keepalives=2', '`keepalives`: expected 0, 1'],
    ['host=one,two', 'names several hosts; expected one'],
    ['hostaddr=192.0.2.1', '`hostaddr` beside a host is not supported: give one of them'],
    ['sslkey=a.key', '`sslcert` and `sslkey` need each other'],
    ['sslmode=verify-ca', '`sslmode=verify-ca` needs `sslrootcert`: a file of certificates, or `system`'],
    ['sslnegotiation=direct&sslmode=allow', '`sslnegotiation=direct` needs `sslmode=require` or stronger'],
    ['replication=on', '`replication`: expected false, off, no, 0'],
    ['sslcrl=a&hunter2=b', 'has a parameter that PostgreSQL does not know'],
  ])('with ?%s is refused: %s', (parameters, message) => {
    expect(() => readWith(parameters)).toThrow(message);
  });

  test('may have parameters that change nothing, and none between two of them', () => {
    expect(readWith('&client_encoding=UTF8&&gssencmode=disable&sslsni=1&').host).toBe('host');
    expect(readDatabaseUrl('postgresql:///db?hostaddr=192.0.2.1').host).toBe('192.0.2.1');
    expect(readDatabaseUrl('postgresql:///db?hostaddr=2001%3Adb8%3A%3A1').host).toBe('2001:db8::1');
  });

  test.each(['postgresql://host:65536/db', 'postgresql://a b/db', 'postgresql:host', 'postgresql://h/d%zz'])(
    'cannot be read as %s',
    (text) => {
      expect(() => readDatabaseUrl(text)).toThrow(/^expected postgresql:\/\/user:password@host:port\/database/);
    },
  );

  test.each([
    ['postgresql://u@host/db', true],
    ['postgresql://u:w@host/db', false],
    ['postgresql://u@host/db?sslcert=a.pem&sslkey=a.key', false],
    ['postgresql://u@localhost/db', false],
    ['postgresql:///db?host=/run/postgresql', false],
  ])('%s is open to a network: %s', (text, isOpen) => {
    expect(isOpenToNetwork(readDatabaseUrl(text))).toBe(isOpen);
  });
});
