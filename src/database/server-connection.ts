import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import { Client, type ClientConfig } from 'pg';
import { readDatabaseUrl, type DatabaseServer, type SslMode } from '../config/database-url.ts';
import { StartError } from '../errors.ts';

/** A file that the URL names cannot be read. */
export class CertificateFileError extends StartError {
  constructor(parameter: string, cause: unknown) {
    super(
      `\`${parameter}\` of DATABASE_URL cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** The URL names no user, and the system has no name for that of this process. */
export class NoDatabaseUserError extends StartError {
  constructor(cause: unknown) {
    super('DATABASE_URL names no user: put one into it, as postgresql://user:password@host:port/database.', { cause });
  }
}

export interface ServerConnection extends ClientConfig {
  readonly database: string;
}

/**
 * An attempt to connect. TLS is possible if the host is a name or an IP address; over a Unix-domain socket it never is.
 */
type Attempt = false | ConnectionOptions;

/**
 * Works out how to connect to the server of a URL, as libpq would. If its mode leaves open whether TLS is used, the
 * server is asked once.
 * @throws CertificateFileError, NoDatabaseUserError
 */
export async function serverConnection(
  url: string,
  limits: Pick<ClientConfig, 'connectionTimeoutMillis'>,
): Promise<ServerConnection> {
  const server = readDatabaseUrl(url);
  const base: ServerConnection = { ...limits, ...configOf(server) };
  const [first = false, second] = attemptsOf(server);
  const ssl = second === undefined || (await isAccepted({ ...base, ssl: first })) ? first : second;
  return { ...base, ssl };
}

function configOf(server: DatabaseServer): ServerConnection {
  const { connectTimeoutSeconds, keepAliveIdleSeconds, options, user = systemUser() } = server;
  return {
    host: server.host,
    port: server.port,
    user,
    password: server.password,
    database: server.database ?? user,
    application_name: server.applicationName,
    keepAlive: server.keepAlive,
    sslnegotiation: server.ssl.negotiation,
    enableChannelBinding: server.channelBinding,
    ...(connectTimeoutSeconds === undefined ? {} : { connectionTimeoutMillis: connectTimeoutSeconds * 1000 }),
    ...(keepAliveIdleSeconds === undefined ? {} : { keepAliveInitialDelayMillis: keepAliveIdleSeconds * 1000 }),
    ...(options === undefined ? {} : { options }),
  };
}

/** Returns the user by whom libpq connects if none is named (PostgreSQL 18, §32.1.2): that of the process. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new NoDatabaseUserError(error);
  }
}

/** Returns the attempts that libpq makes, in its order (PostgreSQL 18, table 32.1). */
function attemptsOf({ host, ssl }: DatabaseServer): Attempt[] {
  if (host.startsWith('/')) return [false];
  const encrypted = tlsOf(host, ssl);
  const attempts: Readonly<Record<SslMode, Attempt[]>> = {
    disable: [false],
    allow: [false, encrypted],
    prefer: [encrypted, false],
    require: [encrypted],
    'verify-ca': [encrypted],
    'verify-full': [encrypted],
  };
  return attempts[ssl.mode];
}

function tlsOf(host: string, ssl: DatabaseServer['ssl']): ConnectionOptions {
  const { mode, rootCertificate, certificate, key, keyPassword, minVersion, maxVersion } = ssl;
  // With a root certificate `require` verifies as `verify-ca` does (§32.19.1).
  const isVerified = mode.startsWith('verify') || (mode === 'require' && rootCertificate !== undefined);
  return {
    rejectUnauthorized: isVerified,
    ...(isVerified && rootCertificate !== 'system' ? { ca: readPem('sslrootcert', rootCertificate ?? '') } : {}),
    // Only `verify-full` asks whether the certificate is this host's.
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(certificate === undefined ? {} : { cert: readPem('sslcert', certificate) }),
    ...(key === undefined ? {} : { key: readPem('sslkey', key) }),
    ...(keyPassword === undefined ? {} : { passphrase: keyPassword }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    host,
  };
}

function readPem(parameter: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CertificateFileError(parameter, error);
  }
}

/**
 * Tells whether the server takes a connection of this kind; if it cannot be reached at all, the other kind would not
 * help.
 */
async function isAccepted(config: ClientConfig): Promise<boolean> {
  const client = new Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    return !isAboutEncryption(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** No TLS at all, a handshake that failed, or `pg_hba.conf` asking for the other kind (28000). */
function isAboutEncryption(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return /does not support SSL|SSL/i.test(error.message) || code === '28000' || /^(ERR_(TLS|SSL)|EPROTO)/.test(code);
}
