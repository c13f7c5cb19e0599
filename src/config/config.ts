import { resolve } from 'node:path';
import { insecurities } from './allow-insecure.ts';
import { isLoopback } from './loopback.ts';
import { findMisspelt, type Misspelt } from './misspelt.ts';
import { parseDatabase, parseRedisUrl, type DatabaseLocation } from './parse-database.ts';
import { parseHttp, type HttpConfig } from './parse-http.ts';
import { parseMail, parseOwnerNotices, type MailConfig, type OwnerNotice } from './parse-mail.ts';
import { parseMasterKey, type MasterKey } from './parse-master-key.ts';
import { parsePages, type PagesConfig } from './parse-pages.ts';
import { parsePasskeys, type PasskeysConfig } from './parse-passkeys.ts';
import { parseProviders, type ProviderConfig } from './parse-providers.ts';
import { parseTokens, type TokensConfig } from './parse-tokens.ts';
import { parseTrustedIssuers, type TrustedIssuer } from './parse-trusted-issuers.ts';
import { ConfigError, createSettings, type Environment, type Settings } from './settings.ts';

export type { DatabaseLocation } from './parse-database.ts';
export type { TokenAlgorithm } from './parse-tokens.ts';

export interface Config {
  readonly production: boolean;
  readonly http: HttpConfig;
  readonly database: DatabaseLocation;
  /** True if the database itself enforces the policies of types. */
  readonly rowLevelSecurity: boolean;
  /** The server that counts limits for all nodes together; null: they are counted on each node. */
  readonly redisUrl: string | null;
  readonly masterKey: MasterKey;
  readonly tokens: TokensConfig;
  readonly passwords: {
    readonly memoryKib: number;
    readonly time: number;
    readonly parallelism: number;
    /** Maximum number of hashes that are computed at once; each one occupies a thread of libuv's pool. */
    readonly concurrency: number;
    /** The pepper that another system put behind each password before it was hashed; undefined if none did. */
    readonly pepper: string | undefined;
  };
  readonly access: {
    readonly mode: 'partial' | 'reject';
    readonly introspection: 'full' | 'visible' | 'off';
    /** True if refusals tell which roles or scopes would suffice. */
    readonly tellRequired: boolean;
    /** True if refusals tell their rule and what the caller has: in development alone. */
    readonly explainRefusals: boolean;
    /** True if administrators may be shown what a query answers another caller. */
    readonly simulationResults: boolean;
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
  /** Other issuers whose tokens are accepted. */
  readonly trustedIssuers: readonly TrustedIssuer[];
  readonly passkeys: PasskeysConfig;
  readonly secondFactors: {
    /** The time for which a trusted device spares the second factor; 0 is never. */
    readonly trustedDeviceSeconds: number;
  };
  /** True if people may sign in by a code that is mailed to them. */
  readonly emailLogin: boolean;
  /** The providers to sign in with. */
  readonly providers: readonly ProviderConfig[];
  readonly registration: 'open' | 'confirmed' | 'closed';
  readonly mail: MailConfig;
  readonly pages: PagesConfig;
  /** The notices that owners of accounts get by mail without having asked. */
  readonly ownerNotices: readonly OwnerNotice[];
  readonly audit: {
    /** Months are dropped once all of their events are older. */
    readonly retentionDays: number;
    /** True if refused reads are recorded, and refusals tell the id of their event. */
    readonly refusalIds: boolean;
  };
  readonly answers: {
    /** An answer of GraphQL that would be larger is refused. */
    readonly maxBytes: number;
    /** An operation that takes longer is ended. */
    readonly timeoutSeconds: number;
  };
  /**
   * The way in which operations are executed: by plans that are made once, or by graphql-js alone. Answers are the
   * same.
   */
  readonly executor: 'plan' | 'graphql-js';
  readonly demo: boolean;
  /** True if `/console` and `/explorer` are served. */
  readonly console: boolean;
  readonly log: { readonly level: string };
  /** What nothing reads, although it was probably meant for one of these. */
  readonly misspelt: readonly Misspelt[];
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Reads the whole configuration from the environment; nothing else in the project looks at it.
 * @throws ConfigError that lists every mistake with its remedy; values of secrets are never part of it.
 */
export function parseConfig(env: Environment): Config {
  const settings = createSettings(env);
  const mode = settings.oneOf('NODE_ENV', ['development', 'test', 'production'], 'development');
  const production = mode === 'production';
  const dataDir = resolve(settings.text('DATA_DIR', './data'));
  const database = parseDatabase(settings, production, dataDir);
  const http = parseHttp(settings, mode);
  settings.someOf('ALLOW_INSECURE', insecurities);
  const pages = parsePages(settings);
  const tellRequired = settings.oneOf('TELL_REQUIRED', ['on', 'off'], mode === 'development' ? 'on' : 'off') === 'on';
  const config: Config = {
    production,
    http,
    database,
    rowLevelSecurity: parseRowLevelSecurity(settings, database),
    redisUrl: parseRedisUrl(settings, production),
    masterKey: parseMasterKey(settings, { production, publicUrl: http.publicUrl, dataDir, database }),
    tokens: parseTokens(settings, http.publicUrl),
    passwords: {
      memoryKib: settings.integer('ARGON2_MEMORY_KIB', 19_456, { min: 1024, max: 1_048_576 }),
      time: settings.integer('ARGON2_TIME', 2, { min: 1, max: 16 }),
      parallelism: settings.integer('ARGON2_PARALLELISM', 1, { min: 1, max: 8 }),
      concurrency: settings.integer('ARGON2_CONCURRENCY', 2, { min: 1, max: 64 }),
      pepper: settings.text('PASSWORD_PEPPER', '') || undefined,
    },
    access: {
      mode: settings.oneOf('ACCESS_MODE', ['partial', 'reject'], 'partial'),
      introspection: settings.oneOf('INTROSPECTION', ['full', 'visible', 'off'], production ? 'visible' : 'full'),
      tellRequired,
      explainRefusals: tellRequired && mode === 'development',
      simulationResults: settings.oneOf('SIMULATION_RESULTS', ['on', 'off'], 'off') === 'on',
      networks: settings.networks('NETWORKS'),
    },
    enabled: parseEnabled(settings),
    trustedIssuers: parseTrustedIssuers(settings, { production, publicUrl: http.publicUrl }),
    passkeys: parsePasskeys(settings),
    secondFactors: {
      trustedDeviceSeconds: settings.integer('TRUSTED_DEVICE_TTL', 2_592_000, {
        min: 0,
        max: 31_536_000,
        note: '0 is never',
      }),
    },
    emailLogin: parseEmailLogin(settings, production),
    providers: parseProviders(settings, { production, register: settings.text('REGISTRATION', '') !== 'closed' }),
    registration: parseRegistration(settings, production),
    mail: parseMail(settings, { production, dataDir, publicUrl: http.publicUrl, appUrl: pages.appUrl }),
    pages,
    ownerNotices: parseOwnerNotices(settings),
    audit: {
      retentionDays: settings.integer('AUDIT_RETENTION_DAYS', 400, { min: 1, max: 36_500 }),
      refusalIds: settings.oneOf('REFUSAL_IDS', ['on', 'off'], production ? 'on' : 'off') === 'on',
    },
    answers: {
      maxBytes: settings.integer('ANSWER_MAX_BYTES', 5 * 1024 * 1024, { min: 1024, max: 1024 ** 3 }),
      timeoutSeconds: settings.integer('OPERATION_TIMEOUT', 30, { min: 1, max: 3600 }),
    },
    executor: settings.oneOf('EXECUTOR', ['plan', 'graphql-js'], 'plan'),
    demo: parseDemo(settings, production, database, http.host),
    console: settings.oneOf('CONSOLE', ['on', 'off'], 'on') === 'on',
    log: { level: settings.oneOf('LOG_LEVEL', logLevels, production ? 'info' : 'warn') },
    misspelt: findMisspelt(env),
  };
  if (settings.mistakes.length > 0) throw new ConfigError(settings.mistakes);
  return freeze(config);
}

function parseRowLevelSecurity(settings: Settings, database: DatabaseLocation): boolean {
  const isOn = settings.oneOf('ROW_LEVEL_SECURITY', ['on', 'off'], 'off') === 'on';
  if (isOn && database.kind !== 'postgresql')
    settings.mistake('ROW_LEVEL_SECURITY', 'must be off with the embedded database; set DATABASE_URL to a PostgreSQL');
  return isOn;
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

function parseEmailLogin(settings: Settings, production: boolean): boolean {
  const isOn = settings.oneOf('EMAIL_LOGIN', ['on', 'off'], 'off') === 'on';
  if (isOn && production && settings.text('MAIL_URL', '') === '') {
    settings.mistake('MAIL_URL', 'required by EMAIL_LOGIN=on; expected smtp://user:password@host:port');
  }
  return isOn;
}

/** Reads whether there is demo data: by default only if no other machine can reach the server. */
function parseDemo(settings: Settings, production: boolean, database: DatabaseLocation, host: string): boolean {
  const fallback = !production && isLoopback(host) && database.kind !== 'postgresql' ? 'on' : 'off';
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
