import type { GraphQLSchema } from 'graphql';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { roles } from './access/roles.ts';
import { makeMonths } from './audit/make-months.ts';
import { createRecorder, failuresBudget } from './audit/recorder.ts';
import { createRefusals } from './audit/refusals.ts';
import { createAnnounce } from './announcements/announce.ts';
import { openBus, type Transport } from './announcements/bus.ts';
import { createFeed } from './announcements/feed.ts';
import { createPostgresTransport } from './announcements/postgres-transport.ts';
import { createRedisTransport } from './announcements/redis-transport.ts';
import { bindPolicies, NoSuggestionsRule, type AccessLog } from './authorization/index.ts';
import { createChores } from './chores.ts';
import type { Config } from './config.ts';
import { createAfterCommit } from './database/after-commit.ts';
import type { Database } from './database/open.ts';
import { describeDatabaseError } from './database/unavailable.ts';
import { fillDemo, refuseDemoAccounts } from './demo.ts';
import { describeError } from './graphql/answers.ts';
import { createGraphQLExecutor } from './graphql/apollo.ts';
import { FewRepeatsRule } from './graphql/few-repeats.ts';
import { createSharedBudget } from './graphql/shared-budget.ts';
import { createPrepareSubscription } from './graphql/subscriptions.ts';
import { UnconditionalSubscriptionsRule } from './graphql/unconditional-subscriptions.ts';
import { withUnitsOfWork } from './graphql/unit-of-work.ts';
import { createGuardedSchema, isLoadedRow, policies } from './guarded-schema.ts';
import { createClientAddress } from './http/client-address.ts';
import { createGraphQLEndpoint } from './http/graphql-endpoint.ts';
import { createHealth } from './http/health.ts';
import { createOrigins } from './http/origins.ts';
import { createLiveServer } from './http/live-server.ts';
import { createHousekeeper, type Housekeeper } from './housekeeping/housekeeper.ts';
import { createHttpServer, publicJson, type HttpServer } from './http/server.ts';
import { createAccountMail } from './identity/accounts/account-mail.ts';
import { createLastUse } from './identity/api-keys/last-use.ts';
import { readMasterKey } from './identity/signing-keys/master-key.ts';
import { openSigningKeys } from './identity/signing-keys/signing-keys.service.ts';
import { createVault } from './identity/signing-keys/vault.ts';
import { addressKey } from './limits/address-key.ts';
import { createLimiters } from './limits/limiter.ts';
import { createOutbox, type Outbox } from './mail/outbox.ts';
import type { MailTransport } from './mail/transport.ts';
import { createOAuth } from './oauth.ts';
import { createRangeCheck } from './ranges.ts';
import { createErrorReport } from './report-error.ts';
import type { Clock } from './request.ts';
import { createIdentity, createStrategies } from './ways-in.ts';
import { createFeatures } from './features.ts';

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
const validationRules = [NoSuggestionsRule, FewRepeatsRule, UnconditionalSubscriptionsRule];

/** Builds the whole server over an open database; it listens when its caller says so. */
export async function createApp({ config, database, log, clock = () => new Date() }: AppDeps): Promise<App> {
  const vault = createVault(readMasterKey(config.masterKey));
  const keys = await openSigningKeys({
    fork: database.fork,
    vault,
    clock,
    algorithm: config.tokens.algorithm,
    onFailure: (error) => log.warn({ err: error }, 'the signing keys could not all be read again'),
  });
  const redis = await openRedis(config, log);
  const createLimiter = createLimiters(redis);
  const bus = await openBus(createTransport(config, database, redis, log), log);
  const afterCommit = createAfterCommit(database.orm);
  const announce = createAnnounce(afterCommit, bus);
  await makeMonths({ fork: database.fork, now: clock(), log }, 1);
  const failures = createLimiter(failuresBudget);
  const recorder = createRecorder({ orm: database.orm, afterCommit, log, failures });
  const identity = createIdentity(config, keys, { announce, consult: database.consult, createLimiter, recorder });
  if (config.demo) await fillDemo(database.fork(), identity.passwords, clock());
  if (config.production) await refuseDemoAccounts(database.fork());

  const accessLog: AccessLog = ({ error, ...event }) => log.error({ ...event, err: error }, 'access defect');
  const bound = bindPolicies({ roles, policies, isLoaded: isLoadedRow, log: accessLog });
  const outbox = createOutbox({ transport: await createMailTransport(config), log, clock });
  const features = createFeatures({
    announce,
    recorder,
    feed: createFeed(bus),
    bound,
    mail: createAccountMail({ post: outbox.post, fork: database.fork, publicUrl: config.http.publicUrl }),
    identity,
    createLimiter,
    registration: config.registration,
    schema: () => schema,
  });
  const schema: GraphQLSchema = createGuardedSchema({
    resolvers: features.resolvers,
    load: (type, id, { em }) => features.nodes.load(em, type, id),
    access: config.access,
    log: accessLog,
    clock,
    createLimiter,
  });

  const lastUse = createLastUse({
    fork: database.fork,
    onFailure: (error) => log.warn({ err: error }, 'the last use of API keys was not recorded'),
  });
  const report = createErrorReport(log, describeDatabaseError);
  const graphql = await createGraphQLExecutor({
    schema: withUnitsOfWork(schema),
    validationRules,
    report,
    onRefused: createRefusals(recorder),
    log,
    sandbox: !config.production,
  });
  const signIn = {
    accounts: features.accounts,
    withinAttempts: createSharedBudget(schema, 'login', createLimiter),
  };
  const callers = {
    strategies: createStrategies(config, identity, { ...database, ...signIn, lastUse, recorder }),
    origins: createOrigins(config.http.corsOrigins, config.http.publicUrl),
    clientAddress: createClientAddress(config.http.trustedProxies),
    networksOf: createNetworksOf(config.access.networks),
    secureCookies: config.production || config.http.publicUrl.startsWith('https:'),
    fork: database.fork,
    clock,
  };
  const endpoint = createGraphQLEndpoint({ ...callers, execute: graphql.execute, page: graphql.page });
  const live = createLiveServer({
    ...callers,
    prepare: createPrepareSubscription(schema, validationRules),
    formatError: (error, requestId) => describeError(error, report, requestId).formatted,
    report,
    log,
    addressKey,
    onAccountChange: (changed) => bus.onAnnouncement((heard) => 'userId' in heard && changed(heard.userId)),
  });
  const housekeeper = createHousekeeper({
    chores: createChores(config, { vault, recorder }),
    fork: database.fork,
    clock,
    log,
  });
  const health = createHealth(database.isAnswering);
  const server = createHttpServer(
    {
      '/graphql': endpoint,
      ...createOAuth({
        ...identity,
        ...signIn,
        config,
        callers,
        apiKeys: features.apiKeys,
        createLimiter,
        recorder,
        report,
      }),
      '/health/live': health.live,
      '/health/ready': health.ready,
      '/.well-known/jwks.json': publicJson(keys.jwks),
    },
    report,
    live.upgrade,
  );

  return {
    server,
    schema,
    housekeeper,
    outbox,
    async close() {
      await housekeeper.close();
      await live.close();
      await server.drain(drainMs);
      await bus.close();
      keys.close();
      await outbox.close();
      await graphql.stop();
      await lastUse.settled();
      redis?.disconnect();
    },
  };
}

/** Its client is loaded where there is a Redis, and nowhere else. */
async function openRedis({ redisUrl }: Config, log: Logger): Promise<Redis | null> {
  if (redisUrl === null) return null;
  const { connectRedis } = await import('./limits/redis.ts');
  return connectRedis(redisUrl, log);
}

/** Loaded where mail is sent; it is a tenth of all the code there is. */
async function createMailTransport({ mail: { from, to } }: Config): Promise<MailTransport | null> {
  if (to === null) return null;
  const { createTransportTo } = await import('./mail/transport.ts');
  return createTransportTo(to, from);
}

/** How nodes hear of each other: by Redis where there is one, by PostgreSQL otherwise; an embedded database is alone. */
function createTransport(
  { database: location }: Config,
  { orm }: Database,
  redis: Redis | null,
  log: Logger,
): Transport | null {
  if (redis !== null) return createRedisTransport(redis);
  if (location.kind !== 'postgresql') return null;
  return createPostgresTransport(location.url, (sql, params) => orm.em.getConnection().execute(sql, params), log);
}

/** Which of the configured networks an address lies in. */
function createNetworksOf(networks: Config['access']['networks']): (address: string) => string[] {
  const checks = Object.entries(networks).map(([name, ranges]) => ({ name, contains: createRangeCheck(ranges) }));
  return (address) => checks.filter(({ contains }) => contains(address)).map(({ name }) => name);
}
