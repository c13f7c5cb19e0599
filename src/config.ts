import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { ConfigError, createSettings, type Environment, type Settings } from './settings.ts';

const jwtAlgorithms = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const;
export type TokenAlgorithm = (typeof jwtAlgorithms)[number];

export interface Config {
  readonly production: boolean;
  readonly http: {
    readonly port: number;
    readonly host: string;
    /** Issuer of tokens and base of every link, without a trailing slash. */
    readonly publicUrl: string;
    readonly corsOrigins: readonly string[];
    /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed. */
    readonly trustedProxies: readonly string[];
  };
  readonly database: DatabaseLocation;
  /** Where limits are counted for all nodes together; null: on each node. */
  readonly redisUrl: string | null;
  /** 32 bytes that encrypt keys and secrets at rest, or the file that holds (or will hold) them in development. */
  readonly masterKey: Buffer | { readonly file: string };
  readonly tokens: {
    readonly algorithm: TokenAlgorithm;
    /** A key that is older is replaced by itself; 0: none is. */
    readonly signingKeyMaxAgeDays: number;
    readonly audience: string;
    readonly accessTtlSeconds: number;
    readonly refreshIdleTtlSeconds: number;
    readonly refreshAbsoluteTtlSeconds: number;
    readonly refreshGraceSeconds: number;
  };
  readonly passwords: {
    readonly memoryKib: number;
    readonly time: number;
    readonly parallelism: number;
    /** How many hashes are computed at once; each one occupies a thread of libuv's pool. */
    readonly concurrency: number;
  };
  readonly access: {
    readonly mode: 'partial' | 'reject';
    readonly introspection: 'full' | 'visible' | 'off';
    /** Network names, as `@network` uses them, to CIDR ranges. */
    readonly networks: Readonly<Record<string, readonly string[]>>;
  };
  /** Ways in that are off unless they are named. */
  readonly enabled: {
    /** E-mail and password for tokens, at `/oauth/token`. */
    readonly passwordGrant: boolean;
    /** E-mail and password, or an API key, as Basic at `/graphql`. */
    readonly basicAuth: boolean;
    /** An API key as `?api_key=` at `/graphql`. */
    readonly apiKeyQuery: boolean;
  };
  readonly registration: 'open' | 'confirmed' | 'closed';
  readonly mail: {
    readonly from: string;
    /** A mail server, or a folder of files in development; null where mail is switched off. */
    readonly to:
      { readonly kind: 'smtp'; readonly url: string } | { readonly kind: 'folder'; readonly folder: string } | null;
  };
  readonly audit: {
    /** Months are dropped once all of their events are older. */
    readonly retentionDays: number;
  };
  readonly demo: boolean;
  readonly log: { readonly level: string };
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Where the rows are: a folder of the embedded database, its memory, or a server of PostgreSQL's protocol. */
export type DatabaseLocation =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgresql'; readonly url: string };

/**
 * Reads the whole configuration from the environment; nothing else in the project looks at it.
 * @throws ConfigError that lists every mistake with its remedy; values of secrets are never part of it.
 */
export function parseConfig(env: Environment): Config {
  const settings = createSettings(env);
  const production = settings.oneOf('NODE_ENV', ['development', 'test', 'production'], 'development') === 'production';
  const dataDir = resolve(settings.text('DATA_DIR', './data'));
  const database = parseDatabase(settings, dataDir);
  const http = parseHttp(settings, production);
  const config: Config = {
    production,
    http,
    database,
    redisUrl: parseRedisUrl(settings),
    masterKey: parseMasterKey(settings, { production, dataDir, database }),
    tokens: parseTokens(settings, http.publicUrl),
    passwords: {
      memoryKib: settings.integer('ARGON2_MEMORY_KIB', 19_456, { min: 1024, max: 1_048_576 }),
      time: settings.integer('ARGON2_TIME', 2, { min: 1, max: 16 }),
      parallelism: settings.integer('ARGON2_PARALLELISM', 1, { min: 1, max: 8 }),
      concurrency: settings.integer('ARGON2_CONCURRENCY', 2, { min: 1, max: 64 }),
    },
    access: {
      mode: settings.oneOf('ACCESS_MODE', ['partial', 'reject'], 'partial'),
      introspection: settings.oneOf('INTROSPECTION', ['full', 'visible', 'off'], 'visible'),
      networks: settings.networks('NETWORKS'),
    },
    enabled: parseEnabled(settings),
    registration: parseRegistration(settings, production),
    mail: parseMail(settings, { production, dataDir, publicUrl: http.publicUrl }),
    audit: { retentionDays: settings.integer('AUDIT_RETENTION_DAYS', 400, { min: 1, max: 36_500 }) },
    demo: parseDemo(settings, production, database, http.host),
    log: { level: settings.oneOf('LOG_LEVEL', logLevels, production ? 'info' : 'warn') },
  };
  if (settings.mistakes.length > 0) throw new ConfigError(settings.mistakes);
  return freeze(config);
}

function parseHttp(settings: Settings, production: boolean): Config['http'] {
  const port = settings.integer('PORT', 4000, { min: 0, max: 65_535 });
  return {
    port,
    host: settings.text('HOST', production ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: settings.url('PUBLIC_URL', `http://localhost:${port}`, ['http:', 'https:']),
    corsOrigins: settings.origins('CORS_ORIGINS'),
    trustedProxies: settings.ranges('TRUSTED_PROXIES'),
  };
}

function parseDatabase(settings: Settings, dataDir: string): DatabaseLocation {
  const url = settings.text('DATABASE_URL', '');
  if (url === '') return { kind: 'embedded', folder: join(dataDir, 'database') };
  if (url === 'memory:') return { kind: 'memory' };
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    settings.mistake(
      'DATABASE_URL',
      'expected postgresql://user:password@host:port/database, or memory: for a database that is gone at exit',
    );
  }
  return { kind: 'postgresql', url };
}

function parseRedisUrl(settings: Settings): string | null {
  const url = settings.text('REDIS_URL', '');
  if (url === '') return null;
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url))
    settings.mistake('REDIS_URL', 'expected redis://host:port or rediss://host:port');
  return url;
}

function parseMasterKey(
  settings: Settings,
  { production, dataDir, database }: { production: boolean; dataDir: string; database: DatabaseLocation },
): Config['masterKey'] {
  const encoded = settings.text('MASTER_KEY', '');
  if (encoded !== '') {
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== 32)
      settings.mistake('MASTER_KEY', 'expected 32 bytes in base64; `openssl rand -base64 32` makes one');
    return key;
  }
  if (production) settings.mistake('MASTER_KEY', 'required in production; `openssl rand -base64 32` makes one');
  return database.kind === 'memory' ? randomBytes(32) : { file: join(dataDir, 'master.key') };
}

function parseTokens(settings: Settings, publicUrl: string): Config['tokens'] {
  const day = 86_400;
  const tokens = {
    algorithm: settings.oneOf('JWT_ALGORITHM', jwtAlgorithms, 'EdDSA'),
    signingKeyMaxAgeDays: settings.integer('SIGNING_KEY_MAX_AGE_DAYS', 90, { min: 0, max: 3650, note: '0 is never' }),
    audience: settings.text('JWT_AUDIENCE', publicUrl),
    accessTtlSeconds: settings.integer('ACCESS_TOKEN_TTL', 900, { min: 1, max: day }),
    refreshIdleTtlSeconds: settings.integer('REFRESH_IDLE_TTL', 30 * day, { min: 1, max: 3650 * day }),
    refreshAbsoluteTtlSeconds: settings.integer('REFRESH_ABSOLUTE_TTL', 90 * day, { min: 1, max: 3650 * day }),
    refreshGraceSeconds: settings.integer('REFRESH_GRACE', 30, { min: 0, max: 300 }),
  };
  if (tokens.refreshIdleTtlSeconds > tokens.refreshAbsoluteTtlSeconds) {
    settings.mistake('REFRESH_IDLE_TTL', 'must not be longer than REFRESH_ABSOLUTE_TTL');
  }
  return tokens;
}

function parseEnabled(settings: Settings): Config['enabled'] {
  const named = settings.someOf('ENABLE', ['password-grant', 'basic-auth', 'api-key-query']);
  return {
    passwordGrant: named.includes('password-grant'),
    basicAuth: named.includes('basic-auth'),
    apiKeyQuery: named.includes('api-key-query'),
  };
}

function parseRegistration(settings: Settings, production: boolean): Config['registration'] {
  const mode = settings.oneOf('REGISTRATION', ['open', 'confirmed', 'closed'], production ? undefined : 'open');
  if (mode === 'confirmed' && production && settings.text('MAIL_URL', '') === '') {
    settings.mistake('MAIL_URL', 'required by REGISTRATION=confirmed; expected smtp://user:password@host:port');
  }
  return mode;
}

function parseMail(
  settings: Settings,
  { production, dataDir, publicUrl }: { production: boolean; dataDir: string; publicUrl: string },
): Config['mail'] {
  const from = settings.text('MAIL_FROM', `Sallyport <no-reply@${new URL(publicUrl).hostname}>`);
  if (!sender.test(from)) settings.mistake('MAIL_FROM', 'expected an address such as Name <no-reply@example.com>');
  const url = settings.text('MAIL_URL', '');
  if (url === '') return { from, to: production ? null : { kind: 'folder', folder: join(dataDir, 'mail') } };
  if (!/^smtps?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    settings.mistake('MAIL_URL', 'expected smtp://user:password@host:port, or smtps:// for TLS from the first byte');
  }
  return { from, to: { kind: 'smtp', url } };
}

const sender = /^(?:[^<>@"\p{Cc}]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u;

/** On by default only where nobody else can reach it. */
function parseDemo(settings: Settings, production: boolean, database: DatabaseLocation, host: string): boolean {
  const isOwn = ['127.0.0.1', '::1', 'localhost'].includes(host);
  const fallback = !production && isOwn && database.kind !== 'postgresql' ? 'on' : 'off';
  const demo = settings.oneOf('DEMO', ['on', 'off'], fallback) === 'on';
  if (demo && production) settings.mistake('DEMO', 'refused in production: its passwords are public; remove it');
  return demo;
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) freeze(part);
  }
  return Object.freeze(value);
}
