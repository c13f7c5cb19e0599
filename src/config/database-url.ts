import { isLoopback } from './loopback.ts';

export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** The way to a server of PostgreSQL's protocol: what its URL says, with libpq's meaning (PostgreSQL 18, §32.1). */
export interface DatabaseServer {
  /** A name, an IP address, or the folder of a Unix-domain socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly applicationName: string;
  readonly connectTimeoutSeconds: number | undefined;
  readonly keepAlive: boolean;
  readonly keepAliveIdleSeconds: number | undefined;
  /** Command-line options of the session, as `-c name=value`. */
  readonly options: string | undefined;
  readonly ssl: {
    readonly mode: SslMode;
    readonly negotiation: 'postgres' | 'direct';
    /** A file, or `system` for the authorities that this machine trusts. */
    readonly rootCertificate: string | undefined;
    readonly certificate: string | undefined;
    readonly key: string | undefined;
    readonly keyPassword: string | undefined;
    readonly minVersion: TlsVersion | undefined;
    readonly maxVersion: TlsVersion | undefined;
  };
  /** True if TLS binds the proof of the password to its channel (RFC 5802 §6), if the server can. */
  readonly channelBinding: boolean;
}

const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
type TlsVersion = (typeof tlsVersions)[number];

/** Says what is wrong with a URL, without any of its text but names and values that hold no secret. */
export class DatabaseUrlError extends Error {}

/** The form of a URL, for whom it cannot be read. */
const expected =
  'expected postgresql://user:password@host:port/database, with what is special in a URL (such as # / ? @ %) percent-encoded in user and password';

/**
 * Reads the URL of a database server.
 * @throws DatabaseUrlError for a URL that cannot be read, and for a parameter that could not be honoured. Its message
 * never has any part of a password.
 */
export function readDatabaseUrl(text: string): DatabaseServer {
  const url = parseUrl(text);
  const given = parametersOf(url);
  const taken = new Set<string>();
  const parameter = (name: string): string | undefined => {
    taken.add(name);
    return given.get(name) || undefined;
  };
  // Both are taken: a name may be given along with its fallback.
  const names = [parameter('application_name'), parameter('fallback_application_name')];
  const server: DatabaseServer = {
    host: hostOf(parameter('host') ?? url.host, parameter('hostaddr')),
    port: integer('port', parameter('port') ?? url.port, 1, 65_535) ?? 5432,
    user: parameter('user') ?? url.user,
    password: parameter('password') ?? url.password,
    database: parameter('dbname') ?? url.database,
    applicationName: names.find((name) => name !== undefined) ?? 'sallyport',
    connectTimeoutSeconds: integer('connect_timeout', parameter('connect_timeout'), 0, 3600) || undefined,
    keepAlive: flag('keepalives', parameter('keepalives')) ?? true,
    keepAliveIdleSeconds: integer('keepalives_idle', parameter('keepalives_idle'), 0, 86_400),
    options: parameter('options'),
    ssl: sslOf(parameter),
    channelBinding: oneOf('channel_binding', parameter('channel_binding'), ['disable', 'prefer']) !== 'disable',
  };
  requireDefaults(parameter);
  requireNothingElse(given, taken);
  return server;
}

/** Tells whether the password, or a certificate in its place, is missing although others could listen or connect. */
export const isOpenToNetwork = ({ host, password, ssl }: DatabaseServer): boolean =>
  password === undefined && ssl.certificate === undefined && !host.startsWith('/') && !isLoopback(host);

interface UrlParts {
  readonly host: string;
  readonly port: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly search: string;
}

function parseUrl(text: string): UrlParts {
  const [, scheme, rest = ''] = /^(postgres(?:ql)?:\/\/)[^/?#]*(.*)$/s.exec(text) ?? [];
  const url = scheme === undefined ? null : URL.parse(text);
  // An @ or a # behind the host belongs to a password that was not encoded: its pieces would pass for something else.
  if (url === null || /[@#]/.test(rest)) throw new DatabaseUrlError(expected);
  const path = url.pathname.replace(/^\//, '');
  if (path.includes('/')) throw new DatabaseUrlError(expected);
  return {
    host: decoded(url.hostname) ?? '',
    port: url.port,
    user: decoded(url.username),
    password: decoded(url.password),
    database: decoded(path),
    search: url.search,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    throw new DatabaseUrlError(expected);
  }
}

function parametersOf({ search }: UrlParts): Map<string, string> {
  const pairs = search.replace(/^\?/, '').split('&');
  return new Map(
    pairs
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decoded(name) ?? '', decoded(value.join('=')) ?? ''];
      }),
  );
}

function hostOf(host: string, ipAddress: string | undefined): string {
  if (/,/.test(host)) throw new DatabaseUrlError('names several hosts; expected one');
  if (ipAddress !== undefined && host !== '')
    throw new DatabaseUrlError('`hostaddr` beside a host is not supported: give one of them');
  return (ipAddress ?? host).replace(/^\[(.*)\]$/, '$1') || 'localhost';
}

function sslOf(parameter: (name: string) => string | undefined): DatabaseServer['ssl'] {
  const rootCertificate = parameter('sslrootcert');
  const [certificate, key] = [parameter('sslcert'), parameter('sslkey')];
  const mode =
    oneOf('sslmode', parameter('sslmode'), sslModes) ?? (rootCertificate === 'system' ? 'verify-full' : 'prefer');
  if (rootCertificate === 'system' && mode !== 'verify-full')
    throw new DatabaseUrlError(
      '`sslrootcert=system` needs `sslmode=verify-full`: anyone can get a certificate of a public authority',
    );
  if (mode.startsWith('verify') && rootCertificate === undefined)
    throw new DatabaseUrlError(`\`sslmode=${mode}\` needs \`sslrootcert\`: a file of certificates, or \`system\``);
  if ((certificate === undefined) !== (key === undefined))
    throw new DatabaseUrlError('`sslcert` and `sslkey` need each other');
  const negotiation = oneOf('sslnegotiation', parameter('sslnegotiation'), ['postgres', 'direct']) ?? 'postgres';
  if (negotiation === 'direct' && ['disable', 'allow', 'prefer'].includes(mode))
    throw new DatabaseUrlError('`sslnegotiation=direct` needs `sslmode=require` or stronger');
  return {
    mode,
    negotiation,
    rootCertificate,
    certificate,
    key,
    keyPassword: parameter('sslpassword'),
    minVersion: oneOf('ssl_min_protocol_version', parameter('ssl_min_protocol_version'), tlsVersions),
    maxVersion: oneOf('ssl_max_protocol_version', parameter('ssl_max_protocol_version'), tlsVersions),
  };
}

/** The values that may be said, because this driver acts by them anyway; anything else of these would be ignored. */
const onlyValues: Readonly<Record<string, readonly string[]>> = {
  client_encoding: ['utf8', 'UTF8', 'UTF-8', 'utf-8', 'auto'],
  gssencmode: ['disable', 'prefer'],
  sslcompression: ['0'],
  sslsni: ['1'],
  target_session_attrs: ['any'],
  load_balance_hosts: ['disable'],
  min_protocol_version: ['3.0'],
  max_protocol_version: ['3.0', 'latest'],
  replication: ['false', 'off', 'no', '0'],
};

function requireDefaults(parameter: (name: string) => string | undefined): void {
  for (const [name, values] of Object.entries(onlyValues)) oneOf(name, parameter(name), values);
}

function requireNothingElse(given: ReadonlyMap<string, string>, taken: ReadonlySet<string>): void {
  const names = [...given.keys()].filter((name) => !taken.has(name));
  if (names.length === 0) return;
  // Whatever looks like no parameter of libpq's may be a piece of a password.
  const known = names.filter((name) => unsupported.includes(name));
  throw new DatabaseUrlError(
    known.length === names.length
      ? `${known.map((name) => `\`${name}\``).join(', ')} would be ignored: remove it`
      : 'has a parameter that PostgreSQL does not know',
  );
}

/** The rest of what libpq knows. */
const unsupported = [
  'gssdelegation',
  'gsslib',
  'keepalives_count',
  'keepalives_interval',
  'krbsrvname',
  'oauth_client_id',
  'oauth_client_secret',
  'oauth_issuer',
  'oauth_scope',
  'passfile',
  'require_auth',
  'requirepeer',
  'requiressl',
  'scram_client_key',
  'scram_server_key',
  'service',
  'servicefile',
  'sslcertmode',
  'sslcrl',
  'sslcrldir',
  'sslkeylogfile',
  'tcp_user_timeout',
];

function oneOf<T extends string>(name: string, value: string | undefined, values: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = values.find((known) => known === value);
  if (found === undefined) throw new DatabaseUrlError(`\`${name}\`: expected ${values.join(', ')}`);
  return found;
}

function integer(name: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new DatabaseUrlError(`\`${name}\`: expected a whole number from ${min} to ${max}`);
}

function flag(name: string, value: string | undefined): boolean | undefined {
  const found = oneOf(name, value, ['0', '1']);
  return found === undefined ? undefined : found === '1';
}
