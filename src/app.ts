import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { createAccessResolvers } from './access/access.resolvers.ts';
import { createRights } from './access/rights.ts';
import { roles } from './access/roles.ts';
import { createArticleResolvers } from './articles/articles.resolvers.ts';
import { auditResolvers } from './audit/audit.resolvers.ts';
import { eventById, eventKey } from './audit/audit.service.ts';
import { createRecorder } from './audit/recorder.ts';
import { createRefusals } from './audit/refusals.ts';
import { createAnnounce, type Announce } from './announcements/announce.ts';
import { openBus, type Transport } from './announcements/bus.ts';
import { createFeed, type Feed } from './announcements/feed.ts';
import { createPostgresTransport } from './announcements/postgres-transport.ts';
import { createRedisTransport } from './announcements/redis-transport.ts';
import { articleById, createArticles } from './articles/articles.service.ts';
import { bindPolicies, NoSuggestionsRule, type AccessLog, type BoundPolicies } from './authorization/index.ts';
import { createCommentResolvers } from './comments/comments.resolvers.ts';
import { commentById, createComments } from './comments/comments.service.ts';
import { createChores } from './chores.ts';
import type { Config } from './config.ts';
import { createAfterCommit } from './database/after-commit.ts';
import type { Database } from './database/open.ts';
import { describeDatabaseError } from './database/unavailable.ts';
import { fillDemo, refuseDemoAccounts } from './demo.ts';
import { describeError } from './graphql/answers.ts';
import { createGraphQLExecutor } from './graphql/apollo.ts';
import { DateTime } from './graphql/date-time.ts';
import { JSONValue } from './graphql/json.ts';
import { createSharedBudget } from './graphql/rate-limit.ts';
import { createPrepareSubscription } from './graphql/subscriptions.ts';
import { withUnitsOfWork } from './graphql/unit-of-work.ts';
import { createGuardedSchema, isLoadedRow, policies } from './guarded-schema.ts';
import { createClientAddress } from './http/client-address.ts';
import { createGraphQLEndpoint } from './http/graphql-endpoint.ts';
import { createHealth } from './http/health.ts';
import { createOrigins } from './http/origins.ts';
import { createLiveServer } from './http/websocket.ts';
import { createHousekeeper } from './housekeeping/housekeeper.ts';
import { createHttpServer, publicJson, type HttpServer } from './http/server.ts';
import { createAccountMail, type AccountMail } from './identity/accounts/account-mail.ts';
import { createAccountChangesResolvers } from './identity/accounts/account-changes.resolvers.ts';
import { createAccountResolvers } from './identity/accounts/accounts.resolvers.ts';
import { createAccountCheck } from './identity/accounts/account-check.ts';
import { createAccounts, signInBudget, type Accounts } from './identity/accounts/accounts.service.ts';
import { createAdministrationResolvers } from './identity/accounts/administration.resolvers.ts';
import { createAdministration } from './identity/accounts/administration.service.ts';
import { createBasicStrategy } from './identity/accounts/basic.strategy.ts';
import { createClosing } from './identity/accounts/closing.service.ts';
import { createEmailChange } from './identity/accounts/email-change.service.ts';
import { createInvitations } from './identity/accounts/invitations.service.ts';
import { createPasswordReset } from './identity/accounts/password-reset.service.ts';
import { createPasswords, type Passwords } from './identity/accounts/passwords.ts';
import { createRegistration } from './identity/accounts/registration.service.ts';
import { createVerification } from './identity/accounts/verification.service.ts';
import { createApiKeyCheck, type ApiKeyCheck } from './identity/api-keys/api-key-check.ts';
import { isKeyGood } from './identity/api-keys/api-key-tokens.ts';
import { createApiKeyStrategy } from './identity/api-keys/api-key.strategy.ts';
import { createApiKeyResolvers } from './identity/api-keys/api-keys.resolvers.ts';
import { apiKeyById, createApiKeys, type ApiKeys } from './identity/api-keys/api-keys.service.ts';
import { createClientTokenStrategy } from './identity/api-keys/client-token.strategy.ts';
import { createLastUse } from './identity/api-keys/last-use.ts';
import { createAccessTokens, type AccessTokens } from './identity/sessions/access-token.ts';
import { createDeviceTokens, type DeviceTokens } from './identity/sessions/device-token.ts';
import { createRefreshTokens } from './identity/sessions/refresh-token.ts';
import { createSessionReader } from './identity/sessions/session-reader.ts';
import { createSessionCheck, type SessionCheck } from './identity/sessions/session-check.ts';
import { createSessionStrategies, isSessionGood } from './identity/sessions/session.strategy.ts';
import { createSessionResolvers, sessionById } from './identity/sessions/sessions.resolvers.ts';
import { createSessions, refreshBudget, type Sessions } from './identity/sessions/sessions.service.ts';
import { readMasterKey } from './identity/signing-keys/master-key.ts';
import { openSigningKeys, type SigningKeys } from './identity/signing-keys/signing-keys.service.ts';
import { createVault } from './identity/signing-keys/vault.ts';
import { createLimiters, type CreateLimiter } from './limits/limiter.ts';
import { createOutbox } from './mail/outbox.ts';
import type { MailTransport } from './mail/transport.ts';
import { createNodeResolvers } from './nodes/nodes.resolvers.ts';
import { createNodes, type Nodes } from './nodes/nodes.service.ts';
import { createOAuth } from './oauth.ts';
import { createRangeCheck } from './ranges.ts';
import type { Recorder } from './record.ts';
import { createErrorReport } from './report-error.ts';
import type { Clock, RightsOf } from './request.ts';
import { createUserResolvers } from './users/users.resolvers.ts';
import { searchUsers, userById } from './users/users.service.ts';

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
  /** Lets what is in flight finish; the database is the caller's to close. */
  close(): Promise<void>;
}

const jwksMaxAgeSeconds = 300;
const drainMs = 10_000;

/** Builds the whole server over an open database; it listens when its caller says so. */
export async function createApp({ config, database, log, clock = () => new Date() }: AppDeps): Promise<App> {
  const vault = createVault(readMasterKey(config.masterKey));
  const keys = await openSigningKeys({
    fork: database.fork,
    vault,
    clock,
    algorithm: config.tokens.algorithm,
    onFailure: (error) => log.warn({ err: error }, 'the signing keys could not be read again'),
  });
  const redis = await openRedis(config, log);
  const createLimiter = createLimiters(redis);
  const bus = await openBus(createTransport(config, database, redis, log), log);
  const afterCommit = createAfterCommit(database.orm);
  const announce = createAnnounce(afterCommit, bus);
  const recorder = createRecorder({ orm: database.orm, afterCommit, log });
  const identity = createIdentity(config, keys, { announce, createLimiter, fork: database.fork, recorder });
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
    validationRules: [NoSuggestionsRule],
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
    strategies: [
      createApiKeyStrategy({ ...identity, lastUse }, config.enabled),
      ...createSessionStrategies(identity),
      createClientTokenStrategy({ ...identity, lastUse }),
      ...(config.enabled.basicAuth
        ? [
            createBasicStrategy({
              ...identity,
              ...signIn,
              checkAccount: createAccountCheck(database.fork),
              fork: database.fork,
            }),
          ]
        : []),
    ],
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
    prepare: createPrepareSubscription(schema, [NoSuggestionsRule]),
    formatError: (error, requestId) => describeError(error, report, requestId).formatted,
    report,
    onAccountChange: (changed) => bus.onAnnouncement((heard) => 'userId' in heard && changed(heard.userId)),
  });
  const housekeeper = createHousekeeper({ chores: createChores(config), fork: database.fork, clock, log });
  housekeeper.start();
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
      '/.well-known/jwks.json': publicJson(keys.jwks, jwksMaxAgeSeconds),
    },
    report,
    live.upgrade,
  );

  return {
    server,
    schema,
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

interface IdentityDeps {
  readonly announce: Announce;
  readonly createLimiter: CreateLimiter;
  readonly fork: Database['fork'];
  readonly recorder: Recorder;
}

interface Identity {
  readonly deviceTokens: DeviceTokens;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly checkKey: ApiKeyCheck;
  readonly rightsOf: RightsOf;
  readonly sessions: Sessions;
}

function createIdentity(
  { passwords, tokens, http }: Config,
  keys: SigningKeys,
  { announce, createLimiter, fork, recorder }: IdentityDeps,
): Identity {
  const rightsOf = createRights(roles);
  const accessTokens = createAccessTokens({
    keys,
    issuer: http.publicUrl,
    audience: tokens.audience,
    ttlSeconds: tokens.accessTtlSeconds,
  });
  const sessions = createSessions({
    accessTokens,
    refreshTokens: createRefreshTokens(keys.refreshRoot),
    readSession: createSessionReader(fork),
    rightsOf,
    idleTtlSeconds: tokens.refreshIdleTtlSeconds,
    absoluteTtlSeconds: tokens.refreshAbsoluteTtlSeconds,
    graceSeconds: tokens.refreshGraceSeconds,
    refreshes: createLimiter(refreshBudget),
    announce,
    recorder,
  });
  return {
    deviceTokens: createDeviceTokens(keys.refreshRoot),
    passwords: createPasswords(passwords),
    accessTokens,
    checkSession: createSessionCheck(fork),
    checkKey: createApiKeyCheck(fork),
    rightsOf,
    sessions,
  };
}

interface FeaturesDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
  readonly feed: Feed;
  readonly bound: BoundPolicies;
  readonly createLimiter: CreateLimiter;
  readonly identity: Identity;
  readonly mail: AccountMail;
  readonly registration: Config['registration'];
  readonly schema: () => GraphQLSchema;
}

/** The protected resources and the ways in, as GraphQL meets them; a team's own feature is added here. */
function createFeatures({
  announce,
  recorder,
  feed,
  bound,
  createLimiter,
  identity,
  mail,
  registration: mode,
  schema,
}: FeaturesDeps): {
  resolvers: IResolvers[];
  nodes: Nodes;
  accounts: Accounts;
  apiKeys: ApiKeys;
} {
  const { accessTokens, checkKey, checkSession, deviceTokens, passwords, rightsOf, sessions } = identity;
  const accounts = createAccounts({
    attempts: createLimiter(signInBudget),
    deviceTokens,
    mail,
    passwords,
    recorder,
    sessions,
  });
  const apiKeys = createApiKeys({ announce, recorder, rightsOf });
  const registration = createRegistration({ mode, mail, passwords, recorder });
  const emailChange = createEmailChange({ mail, recorder });
  const verification = createVerification({
    mail,
    passwords,
    recorder,
    confirmations: { registration: registration.confirm, 'email-change': emailChange.confirm },
  });
  const invitations = createInvitations({ mail, passwords, recorder, rightsOf });
  // What an account can sign in with besides its password; a way in that is added hands in how it is taken away.
  const removeCredentials = [apiKeys.revokeAll];
  const passwordReset = createPasswordReset({ announce, mail, passwords, recorder, sessions, removeCredentials });
  const closing = createClosing({ announce, mail, recorder, sessions, removeCredentials });
  const articles = createArticles({ policies: bound, announce });
  const comments = createComments({ policies: bound });
  const nodes = createNodes({
    types: {
      User: { table: 'users', load: userById },
      Session: { table: 'sessions', load: sessionById },
      ApiKey: { table: 'api_keys', load: apiKeyById },
      Article: { table: 'articles', load: articleById },
      Comment: { table: 'comments', load: commentById },
      AuditEvent: { table: 'audit_events', load: eventById, keyOf: eventKey },
    },
    sources: [articles.search, comments.search, searchUsers],
  });
  const resolvers = [
    { DateTime, JSON: JSONValue },
    createUserResolvers({ recorder }),
    auditResolvers,
    createAccountResolvers({ accounts, invitations, registration, sessions, verification }),
    createAccountChangesResolvers({ closing, emailChange, invitations, passwordReset, verification }),
    createAdministrationResolvers({
      administration: createAdministration({
        announce,
        recorder,
        rightsOf,
        sessions,
        revokeApiKeys: apiKeys.revokeAll,
      }),
    }),
    createSessionResolvers({
      sessions,
      accessTokens,
      isGood: (claims, now) =>
        claims.kind === 'session' ? isSessionGood(checkSession, claims, now) : isKeyGood(checkKey, claims, now),
      feed,
    }),
    createApiKeyResolvers({ apiKeys }),
    createArticleResolvers({ articles, feed }),
    createCommentResolvers({ comments }),
    createNodeResolvers({ nodes }),
    createAccessResolvers({ rightsOf, schema }),
  ];
  return { resolvers, nodes, accounts, apiKeys };
}

/** Which of the configured networks an address lies in. */
function createNetworksOf(networks: Config['access']['networks']): (address: string) => string[] {
  const checks = Object.entries(networks).map(([name, ranges]) => ({ name, contains: createRangeCheck(ranges) }));
  return (address) => checks.filter(({ contains }) => contains(address)).map(({ name }) => name);
}
