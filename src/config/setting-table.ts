/** The text that is told of a setting: in the reference, which is made of this table, and by `sallyport check`. */
export interface SettingText {
  /** The value that counts if there is none, in Markdown. */
  readonly fallback: string;
  readonly meaning: string;
}

/** Every setting, by the name of its environment variable. A name that is not here cannot be read. */
export const settingTable = {
  NODE_ENV: {
    fallback: '`development`',
    meaning: '`development`, `test` or `production`',
  },
  PORT: {
    fallback: '`4000`',
    meaning: '0 lets the system choose',
  },
  HOST: {
    fallback: '`127.0.0.1`; in production `0.0.0.0`',
    meaning: 'the IP address or name to listen at',
  },
  PUBLIC_URL: {
    fallback: '`http://localhost:PORT`, or at the `HOST` that is set; in production required',
    meaning:
      'where clients reach the server: issuer of tokens, and an origin that may use cookies; in production `https:`, but for loopback',
  },
  CORS_ORIGINS: {
    fallback: 'none',
    meaning: 'list of further web origins that may use cookies and read answers',
  },
  COOKIE_SAMESITE: {
    fallback: '`lax`',
    meaning:
      '`none` lets a web app on another site use cookies (HTTPS alone); in production it must be set where `CORS_ORIGINS` has another site than `PUBLIC_URL`',
  },
  KEEP_ALIVE_TIMEOUT: {
    fallback: '`75`',
    meaning:
      'seconds that a connection may wait for its next request; longer than the proxy in front keeps one, or the proxy sends requests into connections that are just being closed',
  },
  SHUTDOWN_DELAY: {
    fallback: '`0`',
    meaning:
      'seconds that the server serves on after SIGTERM while `/health/ready` answers 503, so that a load balancer takes it out first',
  },
  TRUSTED_PROXIES: {
    fallback: 'none',
    meaning: 'list of IP addresses and CIDR ranges whose `X-Forwarded-For` is believed',
  },
  DATABASE_URL: {
    fallback: 'none: embedded PostgreSQL in `DATA_DIR`',
    meaning:
      '`postgresql://user:password@host:port/database`, which must exist, or `memory:` for an embedded one that is gone at exit',
  },
  DATABASE_DIRECT_URL: {
    fallback: '`DATABASE_URL`',
    meaning:
      'past a pooler such as PgBouncer, for what needs a session of its own: receiving the events of other nodes',
  },
  PREPARED_STATEMENTS: {
    fallback: '`on`',
    meaning: '`off` for a pooler that does not know prepared statements',
  },
  ROW_LEVEL_SECURITY: {
    fallback: '`off`',
    meaning: '`on`: PostgreSQL itself enforces the policies of types, [too](../guides/row-level-security.md)',
  },
  DATA_DIR: {
    fallback: '`./data`',
    meaning: 'folder of the embedded database, and in development of the master key and of mails',
  },
  REDIS_URL: {
    fallback: 'none: limits count on each node',
    meaning: '`redis://…` or `rediss://…`: limits count for all nodes together, and nodes tell each other events by it',
  },
  MASTER_KEY: {
    fallback: 'made in `DATA_DIR`; in production required',
    meaning: '32 bytes in base64 that encrypt keys at rest: `openssl rand -base64 32`',
  },
  ALLOW_INSECURE: {
    fallback: 'none',
    meaning:
      'list of what production refuses otherwise: `master-key`: one that can be guessed; `public-url`: `http:`; `database`, `redis`: no password over a network',
  },
  JWT_ALGORITHM: {
    fallback: '`EdDSA`',
    meaning: 'of access tokens: `EdDSA`, `ES256`, `RS256` or `HS256`',
  },
  SIGNING_KEY_MAX_AGE_DAYS: {
    fallback: '`90`',
    meaning: 'days, at most 3650, after which servers sign access tokens with a new key; 0: never',
  },
  JWT_AUDIENCE: {
    fallback: '`PUBLIC_URL`',
    meaning: '`aud` of access tokens',
  },
  ACCESS_TOKEN_TTL: {
    fallback: '`900`',
    meaning: 'seconds, at most a day',
  },
  REFRESH_IDLE_TTL: {
    fallback: '`2592000`',
    meaning: 'seconds that a session lives without a refresh',
  },
  REFRESH_ABSOLUTE_TTL: {
    fallback: '`7776000`',
    meaning: 'seconds that a session lives at most',
  },
  REFRESH_GRACE: {
    fallback: '`30`',
    meaning: 'seconds, from 0 to 300, in which a rotated refresh token yields its successor again',
  },
  ENABLE: {
    fallback: 'none',
    meaning: 'list of `password-grant`, `basic-auth`, `api-key-query`: ways in that are off otherwise',
  },
  REGISTRATION: {
    fallback: '`open`; in production it must be set',
    meaning:
      '`open`, `confirmed` (in production with `MAIL_URL`) or `closed`, also to people of providers whose entry in `OIDC_PROVIDERS` has no `"register": true`',
  },
  EMAIL_LOGIN: {
    fallback: '`off`',
    meaning: '`on` lets people sign in by a code that is mailed to them (in production with `MAIL_URL`)',
  },
  OIDC_PROVIDERS: {
    fallback: 'none',
    meaning:
      'JSON of the providers to sign in with: `[{"preset":"google","clientId":"…","clientSecret":"…","returnTo":["https://app.example.com/signed-in"]}]` ([guide](../guides/external-login.md))',
  },
  TRUSTED_DEVICE_TTL: {
    fallback: '`2592000`',
    meaning: 'seconds for which a trusted device spares the second factor; 0 is never',
  },
  TRUSTED_ISSUERS: {
    fallback: 'none',
    meaning:
      'JSON list of other issuers whose tokens are accepted; [the guide](../guides/trusted-issuers.md) has the members and examples',
  },
  PASSKEY_ORIGINS: {
    fallback: 'none',
    meaning:
      'origins besides that of `PUBLIC_URL` from which passkeys are accepted: of related sites, and of Android apps as `android:apk-key-hash:…`',
  },
  PASSKEY_APPS: {
    fallback: 'none',
    meaning:
      'JSON of the mobile apps that may use the passkeys: `{"ios":["TEAMID1234.com.example.app"],"android":[{"package":"com.example.app","sha256":["AB:CD:…"]}]}`',
  },
  MAIL_URL: {
    fallback: 'none: files in `DATA_DIR/mail` in development, no mail in production',
    meaning: '`smtp://user:password@host:port` or `smtps://…`',
  },
  MAIL_FROM: {
    fallback: '`Sallyport <no-reply@…>`, at the host of `PUBLIC_URL`',
    meaning: 'the sender of mails',
  },
  APP_URL: {
    fallback: 'none: links lead to the pages of this server',
    meaning:
      'where a web app of your own has `/verify-email`, `/reset-password`, `/accept-invitation`, `/confirm-email-change`, `/revert-email-change` and `/email-login`: links in mails lead there, and its origin may be returned to from `/sign-in`',
  },
  PAGES: {
    fallback: '`on`',
    meaning: '`off` takes away the pages that accounts need: `/sign-in`, `/account` and the rest',
  },
  BRAND_NAME: {
    fallback: '`Sallyport`',
    meaning: 'the name that the pages show',
  },
  BRAND_LOGO: {
    fallback: 'none: the name alone',
    meaning: 'a file, SVG, PNG, WebP or JPEG of at most 256 KiB, that the pages show above their forms',
  },
  BRAND_COLOR: {
    fallback: '`#3a5bd9`',
    meaning: 'the accent of the pages, as `#rrggbb`; it is darkened or lightened where a text would be hard to read',
  },
  OWNER_MAILS: {
    fallback: 'all of them',
    meaning:
      'list of what owners of accounts are told by mail: `sign-in` (on a new device), `api-key`, `password`, `email`, `roles`, `factors`; `none` for nothing. Mails that were asked for, and the one whose link takes a change of e-mail back, are always sent',
  },
  ARGON2_MEMORY_KIB: {
    fallback: '`19456`',
    meaning: 'memory of a password hash',
  },
  ARGON2_TIME: {
    fallback: '`2`',
    meaning: 'passes of a password hash',
  },
  ARGON2_PARALLELISM: {
    fallback: '`1`',
    meaning: 'lanes of a password hash',
  },
  ARGON2_CONCURRENCY: {
    fallback: '`2`',
    meaning: 'hashes computed at once on a node',
  },
  PASSWORD_PEPPER: {
    fallback: 'none',
    meaning:
      'a secret: the pepper (`config.pepper` of Devise) of the passwords that were imported with `--peppered`; needed until each owner has signed in once',
  },
  ACCESS_MODE: {
    fallback: '`partial`',
    meaning: '`partial`: what is refused becomes null, with an error; `reject`: one refusal, and nothing runs',
  },
  INTROSPECTION: {
    fallback: '`full`; in production `visible`',
    meaning: "`full`; `visible`: what the caller's rights reach; `off`",
  },
  TELL_REQUIRED: {
    fallback: 'in development `on`, else `off`',
    meaning:
      '`on`: a refusal tells the roles or scopes that would suffice, in `extensions.required`, and in development why, in `extensions.explain`',
  },
  SIMULATION_RESULTS: {
    fallback: '`off`',
    meaning:
      '`on`: whoever may simulate access, and has signed in recently, may be shown what a query answers [another caller](access-matrix.md#what-another-caller-gets), who is told',
  },
  NETWORKS: {
    fallback: 'none',
    meaning: 'JSON of names, as `@network` uses them, to CIDR ranges: `{"office":["192.0.2.0/24"]}`',
  },
  DEMO: {
    fallback: '`on` in development with an embedded database and a `HOST` of this machine, else `off`',
    meaning:
      'demo accounts and articles in an empty database; refused in production, as is a database that holds the accounts',
  },
  CONSOLE: {
    fallback: '`on`',
    meaning: '`off`: neither `/console` nor `/explorer` is served',
  },
  ANSWER_MAX_BYTES: {
    fallback: '`5242880`',
    meaning: 'an answer of GraphQL that would be larger is `OPERATION_TOO_COMPLEX`',
  },
  OPERATION_TIMEOUT: {
    fallback: '`30`',
    meaning:
      'seconds; an operation of GraphQL that takes longer, or the work on one event of a subscription, is ended and answered with `SERVICE_UNAVAILABLE`; a statement ends after 10',
  },
  EXECUTOR: {
    fallback: '`plan`',
    meaning:
      'how operations are executed: by plans that are made once, or `graphql-js` to compare; the answers are the same',
  },
  AUDIT_RETENTION_DAYS: {
    fallback: '`400`',
    meaning: 'days; months of the audit log whose events are all older are dropped',
  },
  REFUSAL_IDS: {
    fallback: 'in production `on`, else `off`',
    meaning:
      '`on`: fields that are refused to be read are recorded as well, and a refusal tells the id of its event, in `extensions.refusalId`',
  },
  LOG_LEVEL: {
    fallback: '`warn`; in production `info`',
    meaning: '`trace`, `debug`, `info`, `warn`, `error` or `silent`; what is recorded stands in the log from `info` on',
  },
} as const satisfies Readonly<Record<string, SettingText>>;

export type SettingName = keyof typeof settingTable;
