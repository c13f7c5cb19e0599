import { existsSync, statSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { Config } from '../config/config.ts';
import { isGuessable } from '../config/parse-master-key.ts';
import { keepsPrepared, preparedRemedy } from '../database/keeps-prepared.ts';
import type { Database } from '../database/open.ts';
import { pendingChanges } from '../database/pending-changes.ts';
import { lookAtRights, lookAtVersion, type Ability } from '../database/server-abilities.ts';
import { serverConnection } from '../database/server-connection.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { openKey } from '../identity/signing-keys/sealed-key.ts';
import { refreshRoot, SigningKey } from '../identity/signing-keys/signing-key.entity.ts';
import { createVault } from '../identity/signing-keys/vault.ts';
import { explainMissing, missingAbilities } from '../limits/redis-abilities.ts';
import { openMailTransport } from '../mail/open-transport.ts';
import { comparePolicies } from '../row-security/apply-policies.ts';
import { isolationMessage, findListening } from './app-events.ts';
import { refuseDemoAccounts } from './demo.ts';
import { requireEnforceable, rowSecurityOf } from './row-security.ts';

export interface Outcome {
  /** `failed` stops a start; `warning` is told and goes on. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** The finding, and what to do about it if it is not well. */
  readonly message: string;
}

export interface Finding extends Outcome {
  readonly name: string;
}

export interface CheckContext {
  readonly config: Config;
  readonly database: Database;
  readonly redis: Redis | null;
}

export interface Check {
  /** True if a start looks at it, too; what reaches further, or takes long, is left to `sallyport check`. */
  readonly isAtStart: boolean | 'in development';
  readonly look: (context: CheckContext) => Outcome | Promise<Outcome>;
}

const ok = (message: string): Outcome => ({ state: 'ok', message });
const warning = (message: string): Outcome => ({ state: 'warning', message });
const failed = (message: string): Outcome => ({ state: 'failed', message });
const found = ({ isThere, message }: Ability): Outcome => (isThere ? ok(message) : failed(message));

const maxClockDifferenceMs = 5_000;

/** The checks, in the order in which they are made. */
export const checks: Readonly<Record<string, Check>> = {
  'names of settings': { isAtStart: true, look: ({ config }) => lookAtNames(config) },
  'database version': { isAtStart: true, look: async ({ database }) => found(await lookAtVersion(database.orm)) },
  'database rights': { isAtStart: true, look: async ({ database }) => found(await lookAtRights(database.orm)) },
  migrations: { isAtStart: 'in development', look: lookAtMigrations },
  clock: { isAtStart: true, look: ({ database }) => lookAtClock(database) },
  'prepared statements': { isAtStart: true, look: ({ config }) => lookAtPrepared(config) },
  // A start finds out as it begins to listen.
  pooler: { isAtStart: false, look: lookAtPooler },
  redis: { isAtStart: true, look: ({ redis }) => lookAtRedis(redis) },
  mail: { isAtStart: false, look: ({ config }) => lookAtMail(config) },
  cookies: { isAtStart: true, look: ({ config }) => lookAtCookies(config) },
  proxies: { isAtStart: true, look: ({ config }) => lookAtProxies(config) },
  'links in mails': { isAtStart: true, look: ({ config }) => lookAtLinks(config) },
  registration: { isAtStart: true, look: ({ config }) => lookAtRegistration(config) },
  // Every account is looked through.
  'imported passwords': { isAtStart: false, look: lookAtPepper },
  'master key': { isAtStart: true, look: lookAtMasterKey },
  'demo accounts': { isAtStart: true, look: lookAtDemo },
  // A start finds out as it switches the policies on.
  'row-level security': { isAtStart: false, look: lookAtRowSecurity },
  files: { isAtStart: true, look: ({ config }) => lookAtFiles(config) },
};

/** Looks at everything, or at what a start looks at; a look that fails is a finding, too. */
export async function runChecks(context: CheckContext, isStart: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, { isAtStart, look }] of Object.entries(checks)) {
    if (isStart && (isAtStart === false || (isAtStart === 'in development' && context.config.production))) continue;
    try {
      findings.push({ name, ...(await look(context)) });
    } catch (error) {
      findings.push({ name, ...failed(error instanceof Error ? error.message : String(error)) });
    }
  }
  return findings;
}

function lookAtNames({ misspelt }: Config): Outcome {
  return misspelt.length === 0
    ? ok('none is misspelt')
    : warning(
        misspelt.map(({ given, meant }) => `${given} is read by nobody: the setting is called ${meant}.`).join(' '),
      );
}

async function lookAtMigrations({ database, config }: CheckContext): Promise<Outcome> {
  const sql = await pendingChanges(database.orm);
  if (sql === '') return ok('the database is what the entities are');
  const message = `The entities differ from the database, and no migration says so: run \`npm run migration:create\`. What is missing:\n${sql}`;
  return config.production ? warning(message) : failed(message);
}

async function lookAtClock({ orm }: Database): Promise<Outcome> {
  const before = Date.now();
  const [row] = await orm.em
    .getConnection()
    .execute<Array<{ now: number }>>('select extract(epoch from clock_timestamp())::float8 * 1000 as now');
  const differenceMs = Math.round((row?.now ?? 0) - (before + Date.now()) / 2);
  return Math.abs(differenceMs) <= maxClockDifferenceMs
    ? ok('this clock and that of the database agree')
    : warning(
        `The clock of the database differs by ${differenceMs} ms: set both by NTP, since tokens and limits go by them.`,
      );
}

async function lookAtPrepared({ database }: Config): Promise<Outcome> {
  if (database.kind !== 'postgresql') return ok('the database is embedded');
  if (database.preparedStatements === false) return ok('none is kept');
  return (await keepsPrepared(await serverConnection(database.url, {})))
    ? ok('kept by each connection')
    : failed(preparedRemedy);
}

async function lookAtPooler(context: CheckContext): Promise<Outcome> {
  return (await findListening(context))?.receivesFromOthers === false
    ? warning(isolationMessage)
    : ok('nodes receive the events of each other');
}

async function lookAtRedis(redis: Redis | null): Promise<Outcome> {
  if (redis === null) return ok('none: limits count on each node');
  const missing = await missingAbilities(redis);
  return missing.length === 0 ? ok('limits count for all nodes together') : warning(explainMissing(missing));
}

async function lookAtMail({ mail }: Config): Promise<Outcome> {
  if (mail.to === null) return ok('switched off');
  if (mail.to.kind === 'folder') return ok(`written to ${mail.to.folder}`);
  const transport = await openMailTransport(mail);
  try {
    await transport?.verify();
    return ok('the mail server greets');
  } finally {
    transport?.close();
  }
}

function lookAtCookies({ http }: Config): Outcome {
  return http.cookieSameSite === 'none' && http.corsOrigins.length === 0
    ? warning('COOKIE_SAMESITE is none, and CORS_ORIGINS names no other site: set it to lax.')
    : ok(`SameSite is ${http.cookieSameSite}, for ${http.corsOrigins.join(', ') || 'the own origin alone'}`);
}

function lookAtProxies({ production, http }: Config): Outcome {
  return production && http.publicUrl.startsWith('https:') && http.trustedProxies.length === 0
    ? warning(
        'PUBLIC_URL has https:, and TRUSTED_PROXIES is empty: behind a proxy all callers count as one. Name the IP addresses of the proxy.',
      )
    : ok(http.trustedProxies.join(', ') || 'none is trusted');
}

function lookAtLinks({ pages, mail }: Config): Outcome {
  return !pages.isOn && pages.appUrl === null && mail.to !== null
    ? warning(
        `PAGES is off, so links in mails lead to ${mail.linkBase}, where nothing answers them: set APP_URL to a web app that has their pages.`,
      )
    : ok(`lead to ${mail.linkBase}`);
}

function lookAtRegistration({ registration, mail, providers }: Config): Outcome {
  const doors = providers.filter(({ register }) => register).map(({ name }) => name);
  if (registration === 'closed' && doors.length > 0)
    return ok(`closed, but people of ${doors.join(', ')} get accounts: \`register\` in OIDC_PROVIDERS says so`);
  return registration === 'open' && mail.to === null
    ? warning(
        'Anyone may register, but no mail is sent, so no password can be reset. Set MAIL_URL, or REGISTRATION=closed.',
      )
    : ok(registration);
}

async function lookAtPepper({ config, database: { orm } }: CheckContext): Promise<Outcome> {
  if (config.passwords.pepper !== undefined) return ok('PASSWORD_PEPPER is set');
  const sql = "select exists (select 1 from users where password_hash like '$peppered%') as found";
  const [row] = await orm.em.getConnection().execute<Array<{ found: boolean }>>(sql);
  return row?.found === true
    ? failed('Passwords were imported with --peppered, and none of them matches: set PASSWORD_PEPPER again.')
    : ok('none needs a pepper');
}

async function lookAtMasterKey({ config: { masterKey }, database }: CheckContext): Promise<Outcome> {
  if ('file' in masterKey && !existsSync(masterKey.file)) return ok('the first start makes one');
  const key = readMasterKey(masterKey);
  const sealed = await database.fork().findOne(SigningKey, refreshRoot);
  if (sealed !== null) await openKey(createVault(key), sealed);
  return isGuessable(key)
    ? warning(
        'MASTER_KEY can be guessed: `openssl rand -base64 32` makes one, and `sallyport keys reseal` changes to it.',
      )
    : ok(sealed === null ? 'nothing is sealed yet' : 'opens what is sealed in the database');
}

async function lookAtDemo({ config, database }: CheckContext): Promise<Outcome> {
  if (!config.production) return ok(config.demo ? 'there are some, for development' : 'none are made');
  await refuseDemoAccounts(database.fork());
  return ok('none can sign in');
}

async function lookAtRowSecurity({ config, database }: CheckContext): Promise<Outcome> {
  if (!(await requireEnforceable(config, database))) return ok('off');
  const differences = await comparePolicies(database.fork(), rowSecurityOf(database));
  return differences.length === 0
    ? ok('on, and the policies are up to date')
    : warning(
        `The policies of ${differences.map(({ table }) => table).join(', ')} are not those of the code: the next start writes them, as \`sallyport rls apply\` does.`,
      );
}

function lookAtFiles({ database, masterKey }: Config): Outcome {
  const files = [
    ...(database.kind === 'embedded' ? [database.folder] : []),
    ...('file' in masterKey ? [masterKey.file] : []),
    '.env',
  ];
  const open = files.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0);
  return open.length === 0 || process.platform === 'win32'
    ? ok('only the owner of the files reads keys and data')
    : warning(`Others may read ${open.join(', ')}: run chmod -R go= on them.`);
}
