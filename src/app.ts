import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { openAnnouncing } from './app/announcing.ts';
import { createApi } from './app/api.ts';
import { closeInTurn } from './app/close-in-turn.ts';
import { createEndpoints } from './app/endpoints.ts';
import { makeMonths } from './audit/make-months.ts';
import { createRecorder, failuresBudget, omissionsBudget } from './audit/recorder.ts';
import { createChores } from './chores.ts';
import type { Config } from './config.ts';
import { createAfterCommit } from './database/after-commit.ts';
import type { Database } from './database/open.ts';
import { describeDatabaseError } from './database/unavailable.ts';
import { fillDemo, refuseDemoAccounts } from './demo.ts';
import { createSharedBudget } from './graphql/shared-budget.ts';
import { createHousekeeper, type Housekeeper } from './housekeeping/housekeeper.ts';
import { createClientAddress } from './http/client-address.ts';
import { createHealth } from './http/health.ts';
import { createNetworksOf } from './http/networks.ts';
import { createOrigins } from './http/origins.ts';
import type { ScopeDeps } from './http/scope.ts';
import { createHttpServer, publicJson, type HttpServer } from './http/server.ts';
import { createAccountMail } from './identity/accounts/account-mail.ts';
import { createLastUse } from './identity/api-keys/last-use.ts';
import { readMasterKey } from './identity/signing-keys/master-key.ts';
import { openSigningKeys, type SigningKeys } from './identity/signing-keys/signing-keys.service.ts';
import { createVault, type Vault } from './identity/signing-keys/vault.ts';
import { createLimiters } from './limits/limiter.ts';
import { openRedis } from './limits/open-redis.ts';
import { openMailTransport } from './mail/open-transport.ts';
import { createOutbox, type Outbox } from './mail/outbox.ts';
import { createOAuth } from './oauth.ts';
import { createErrorReport } from './report-error.ts';
import type { Clock } from './request.ts';
import { createIdentity, createStrategies } from './ways-in.ts';

export interface AppDeps {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
  /** The source of the present moment; the system's by default. */
  readonly clock?: Clock;
}

export interface App {
  readonly server: HttpServer;
  readonly schema: GraphQLSchema;
  /** Tidies up once it is started, which is its caller's to do as well; or does at once what is due. */
  readonly housekeeper: Pick<Housekeeper, 'start' | 'run'>;
  readonly outbox: Pick<Outbox, 'settled'>;
  /** Lets what is in flight finish; the database is the caller's to close. */
  close(): Promise<void>;
}

const drainMs = 10_000;

/** Builds the whole server over an open database; it listens when its caller says so. */
export async function createApp({ config, database, log, clock = () => new Date() }: AppDeps): Promise<App> {
  const { fork } = database;
  const vault = createVault(readMasterKey(config.masterKey));
  const keys = await openKeys({ config, database, log, clock }, vault);
  const redis = await openRedis(config.redisUrl, log);
  const createLimiter = createLimiters(redis);
  const afterCommit = createAfterCommit(database.orm);
  const announcing = await openAnnouncing({ config, database, redis, afterCommit, log });
  await makeMonths({ fork, now: clock(), log }, 1);
  const failures = { recorded: createLimiter(failuresBudget), omitted: createLimiter(omissionsBudget) };
  const recorder = createRecorder({ orm: database.orm, afterCommit, log, failures });
  const identity = createIdentity(config, keys, { ...announcing, consult: database.consult, createLimiter, recorder });
  if (config.demo) await fillDemo(fork(), identity.passwords, clock());
  if (config.production) await refuseDemoAccounts(fork());

  const outbox = createOutbox({ transport: await openMailTransport(config.mail), log, clock });
  const mail = createAccountMail({ post: outbox.post, fork, publicUrl: config.http.publicUrl });
  const { features, schema } = createApi({
    ...announcing,
    config,
    clock,
    createLimiter,
    identity,
    log,
    mail,
    recorder,
  });
  const lastUse = createLastUse({
    fork,
    onFailure: (error) => log.warn({ err: error }, 'the last use of API keys was not recorded'),
  });
  const signIn = { ...features, withinAttempts: createSharedBudget(schema, 'login', createLimiter) };
  const callers = createCallers(
    config,
    createStrategies(config, identity, { ...database, ...signIn, lastUse, recorder }),
    { fork, clock },
  );
  const report = createErrorReport(log, describeDatabaseError);
  const endpoints = await createEndpoints({ ...announcing, config, schema, callers, recorder, report, log });
  const chores = createChores(config, { vault, recorder });
  const housekeeper = createHousekeeper({ chores, fork, clock, log });
  const health = createHealth(database.isAnswering);
  const server = createHttpServer(
    {
      '/graphql': endpoints.endpoint,
      ...createOAuth({ ...identity, ...signIn, config, callers, createLimiter, recorder, report }),
      '/health/live': health.live,
      '/health/ready': health.ready,
      '/.well-known/jwks.json': publicJson(keys.jwks),
    },
    report,
    endpoints.live.upgrade,
  );

  return {
    server,
    schema,
    housekeeper,
    outbox,
    close: () =>
      closeInTurn([
        () => housekeeper.close(),
        () => endpoints.live.close(),
        () => server.drain(drainMs),
        () => announcing.close(),
        () => keys.close(),
        () => outbox.close(),
        () => endpoints.stop(),
        () => lastUse.settled(),
        () => redis?.disconnect(),
      ]),
  };
}

const openKeys = ({ config, database, log, clock }: Required<AppDeps>, vault: Vault): Promise<SigningKeys> =>
  openSigningKeys({
    fork: database.fork,
    vault,
    clock,
    algorithm: config.tokens.algorithm,
    onFailure: (error) => log.warn({ err: error }, 'the signing keys could not all be read again'),
  });

/** What it takes to know a caller, by whatever way the request comes. */
const createCallers = (
  { access, http, production }: Config,
  strategies: ScopeDeps['strategies'],
  rest: Pick<ScopeDeps, 'fork' | 'clock'>,
): ScopeDeps => ({
  ...rest,
  strategies,
  origins: createOrigins(http.corsOrigins, http.publicUrl),
  clientAddress: createClientAddress(http.trustedProxies),
  networksOf: createNetworksOf(access.networks),
  secureCookies: production || http.publicUrl.startsWith('https:'),
});
