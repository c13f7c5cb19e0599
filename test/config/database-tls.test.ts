import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entities } from '../../src/app/entities.ts';
import { openDatabase } from '../../src/database/open.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { startPostgres, type OwnPostgres } from '../support/postgres.ts';

describeOnPostgres('The mode of TLS', () => {
  let folder: string;
  let plain: OwnPostgres;
  let encrypted: OwnPostgres;
  const file = (name: string): string => join(folder, name);

  /** A key with a certificate of its own for a name, and one that signed it by itself. */
  function certify(name: string, host: string): { certificate: string; key: string } {
    const [certificate, key] = [file(`${name}.crt`), file(`${name}.key`)];
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-keyout', key, '-out', certificate, ...subject], {
      stdio: 'ignore',
    });
    return { certificate, key };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
    certify('stranger', 'localhost');
    [plain, encrypted] = await Promise.all([startPostgres(), startPostgres({ tls: certify('server', 'localhost') })]);
  });
  afterAll(async () => {
    await Promise.all([plain.remove(), encrypted.remove()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Whether the server sees TLS on the connections that a start makes; of a start that fails, what it says. */
  async function tlsOf(server: OwnPostgres, host: string, parameters: string): Promise<string> {
    const url = `postgresql://postgres@${host}:${server.port}/postgres?${parameters}`;
    try {
      const database = await openDatabase({ kind: 'postgresql', url }, entities);
      const sql =
        "select bool_and(ssl) as tls from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'sallyport'";
      const [row] = await database.orm.em.getConnection().execute<Array<{ tls: boolean }>>(sql);
      await database.close();
      return row?.tls === true ? 'TLS' : 'clear';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  test.each([
    ['', 'TLS'],
    ['sslmode=disable', 'clear'],
    ['sslmode=allow', 'clear'],
    ['sslmode=prefer', 'TLS'],
    ['sslmode=require', 'TLS'],
  ])('“%s” connects to a server that offers TLS: %s', async (parameters, expected) => {
    expect(await tlsOf(encrypted, '127.0.0.1', parameters)).toBe(expected);
  });

  test.each([
    ['', 'clear'],
    ['sslmode=prefer', 'clear'],
    ['sslmode=require', expect.stringContaining('does not support SSL')],
  ])('“%s” meets a server without TLS: %s', async (parameters, expected) => {
    expect(await tlsOf(plain, '127.0.0.1', parameters)).toEqual(expected);
  });

  test('verifies the certificate, and with verify-full the name of the host', async () => {
    const own = `sslrootcert=${file('server.crt')}`;
    const other = `sslrootcert=${file('stranger.crt')}`;
    expect(await tlsOf(encrypted, 'localhost', `sslmode=verify-full&${own}`)).toBe('TLS');
    expect(await tlsOf(encrypted, '127.0.0.1', `sslmode=verify-ca&${own}`)).toBe('TLS');
    expect(await tlsOf(encrypted, '127.0.0.1', `sslmode=require&${own}`)).toBe('TLS');
    expect(await tlsOf(encrypted, '127.0.0.1', `sslmode=verify-full&${own}`)).toMatch(/does not match certificate/);
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(await tlsOf(encrypted, 'localhost', `sslmode=${mode}&${other}`)).toMatch(/self-signed certificate/);
    expect(await tlsOf(encrypted, 'localhost', 'sslmode=verify-full&sslrootcert=system')).toMatch(
      /self-signed certificate/,
    );
    expect(await tlsOf(encrypted, 'localhost', 'sslmode=verify-ca&sslrootcert=/nowhere.pem')).toMatch(
      /^`sslrootcert` of DATABASE_URL cannot be read: .*ENOENT/,
    );
  });
});
