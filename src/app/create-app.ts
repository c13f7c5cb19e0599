import type { GraphQLSchema } from 'graphql';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createRecorder, failuresBudget, omissionsBudget } from '../audit/create-recorder.ts';
import { makeMonths } from '../audit/make-months.ts';
import { createRefusals } from '../audit/record-refusals.ts';
import type { Config } from '../config/config.ts';
import { createAfterCommit } from '../database/after-commit.ts';
import type { Database } from '../database/open.ts';
import { rememberRow } from '../database/rows/read-by-id.ts';
import type { SendInTurn } from '../database/rows/source.ts';
import { describeDatabaseError } from '../database/unavailable.ts';
import { LazyUnitOfWork } from '../database/unit-of-work.ts';
import type { WriteGuard } from '../database/write-guard/write-guard.ts';
import { createSharedBudget } from '../graphql/shared-budget.ts';
import { createConsolePages } from '../http/console/console-pages.ts';
import type { RequestContextDeps } from '../http/request-context.ts';
import { createAnswerHeaders } from '../http/server/answer-headers.ts';
import { withBasePath } from '../http/server/base-path.ts';
import { createClientIp, createNetworksOf } from '../http/server/client.ts';
import { createHealth } from '../http/server/health.ts';
import { createRequireHost } from '../http/server/hosts.ts';
import { createOrigins } from '../http/server/origins.ts';
import { createHttpServer, type HttpServer, publicJson } from '../http/server/server.ts';
import { createUnsent } from '../http/server/unsent.ts';
import { createAccountMail } from '../identity/accounts/account-mail.ts';
import { createSignInNotice } from '../identity/accounts/sign-in-notice.ts';
import { createLastUse } from '../identity/api-keys/last-use.ts';
import { createProviders } from '../identity/external-login/create-providers.ts';
import { relyingPartyOf } from '../identity/passkeys/relying-party.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { createSignClaims } from '../identity/signing-keys/sign-claims.ts';
import { openSigningKeys, type SigningKeys } from '../identity/signing-keys/signing-keys.service.ts';
import { createVault, type Vault } from '../identity/signing-keys/vault.ts';
import { createScheduler, type Scheduler } from '../jobs/scheduler.ts';
import { createCounts } from '../limits/counts.ts';
import { createIpLimiter } from '../limits/ip-limiter.ts';
import { createLimiters } from '../limits/limiter.ts';
import { watchRedis } from '../limits/redis-watch.ts';
import { openRedis } from '../limits/redis.ts';
import { openMailTransport } from '../mail/open-transport.ts';
import { createOutbox, type Outbox } from '../mail/outbox.ts';
import { rememberSent, type SentMail } from '../mail/sent-mails.ts';
import type { MailTransport } from '../mail/transport.ts';
import { createBoundedFetch } from '../outbound/bounded-fetch.ts';
import type { Clock, UnitOfWork } from '../request/context.ts';
import { createErrorReport } from '../request/error-report.ts';
import { User } from '../users/user.entity.ts';
import { createAppPages, returnPagesOf } from './page-routes.ts';
import { createApi } from './api.ts';
import { createAppAssociations } from './app-associations.ts';
import { createAppEvents } from './app-events.ts';
import { createIdentity, createStrategies } from './authentication.ts';
import { createCallbacks } from './callbacks.ts';
import { closeInOrder } from './close-in-order.ts';
import { createJobs } from './create-jobs.ts';
import { fillDemo, refuseDemoAccounts } from './demo.ts';
import { createEndpoints } from './endpoints.ts';
import { createFactors } from './factors.ts';
import { createNoteProblem } from './note-problem.ts';
import { createOAuth } from './oauth.ts';
import { createSystem } from './posture.ts';
import { openRowSecurity } from './row-security.ts';
import { secondFactors as everySecondFactor, type CreateSecondFactor } from './second-factors.ts';
import { createSharedServices } from './services.ts';
import { createTrustedIssuers } from './trusted-issuers.ts';

export interface AppDeps {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
  /** The source of the present moment; the system's by default. */
  readonly clock?: Clock;
  /** The second factors; those of the list by default. */
  readonly secondFactors?: readonly CreateSecondFactor[];
}

export interface App {
  readonly server: HttpServer;
  readonly schema: GraphQLSchema;
  /** Tidies up once it is started, which is its caller's to do as well; or does at once what is due. */
  readonly scheduler: Pick<Scheduler, 'start' | 'run'>;
  readonly outbox: Pick<Outbox, 'settled'>;
  /** Lets what is in flight finish; the database is the caller's to close. */
  close(): Promise<void>;
}

const drainMs = 10_000;
/** Bounds of one answer of a provider. */
const providerBounds = { maxBytes: 256 * 1024, timeoutMs: 5_000 };

const consoleFolder = fileURLToPath(new URL('../../dist/console', import.meta.url));

/** Builds the whole server over an open database; it listens when its caller says so. */
export async function createApp({
  config,
  database,
  log,
  clock = () => new Date(),
  secondFactors = everySecondFactor,
}: AppDeps): Promise<App> {
  const { fork } = database;
  const sessionOf = await openRowSecurity(config, database, log);
  const vault = createVault(readMasterKey(config.masterKey));
  const keys = await openKeys({ config, database, log, clock }, vault);
  const redis = await openRedis(config.redisUrl, log);
  const redisWatch = await watchRedis(redis, log);
  const createLimiter = createLimiters(redis);
  const afterCommit = createAfterCommit(database.orm);
  const events = await createAppEvents({ config, database, redis, afterCommit, log });
  await makeMonths({ fork, now: clock(), log }, 1);
  const failures = {
    recorded: createIpLimiter(createLimiter, failuresBudget),
    omitted: createIpLimiter(createLimiter, omissionsBudget),
  };
  const recorder = createRecorder({ orm: database.orm, afterCommit, log, failures });
  const delivery = await openDelivery(config.mail);
  const outbox = createOutbox({ transport: delivery.transport, log, clock });
  const mail = createAccountMail({ ...config, ...config.mail, post: outbox.post, fork });
  const relyingParty = relyingPartyOf(config.http.publicUrl, config.passkeys.origins);
  const identity = createIdentity(config, keys, {
    ...events,
    readCredentials: database.readCredentials,
    rows: database.rows,
    createLimiter,
    recorder,
    sendSignInNotice: createSignInNotice(mail),
    secondFactors: createFactors(keys, { mail, createLimiter, relyingParty, secondFactors }),
  });
  if (config.demo) await fillDemo(fork(), identity.passwords, clock());
  if (config.production) await refuseDemoAccounts(fork());

  const shared = { ...events, recorder, createLimiter };
  const services = createSharedServices({
    ...shared,
    identity,
    issuerName: new URL(config.http.publicUrl).host,
    mail,
    registrationMode: config.registration,
    isEmailLoginOn: config.emailLogin,
    providers: createProviders({
      providers: config.providers,
      publicUrl: config.http.publicUrl,
      isDevelopment: !config.production,
      fetch: createBoundedFetch({ ...providerBounds, allowPrivate: !config.production }),
    }),
    ownPages: returnPagesOf(config),
    rootKey: keys.refreshRoot,
    signing: { vault, algorithm: config.tokens.algorithm },
    issuer: config.http.publicUrl,
    signClaims: createSignClaims(keys),
    system: createSystem({ config, fork, redis, factors: identity.factors, sent: delivery.sent }),
  });
  const { schema, guardFor } = createApi({ ...shared, services, config, database, clock, log, sessionOf });
  const lastUse = createLastUse({
    fork,
    onFailure: (error) => log.warn({ err: error }, 'the last use of API keys was not recorded'),
  });
  const signIn = { ...services, withinAttempts: createSharedBudget(schema, 'login', createLimiter) };
  const report = createErrorReport(log, describeDatabaseError);
  const clientIp = createClientIp(config.http.trustedProxies);
  const issuers = createTrustedIssuers({
    ...events,
    config,
    database,
    identity,
    recorder,
    report,
    clientIp,
    clock,
    onFailure: (issuer, error) => log.warn({ err: error, issuer }, 'the keys of an issuer could not be fetched'),
  });
  const onRefused = createRefusals(recorder);
  const strategies = createStrategies(config, identity, {
    ...database,
    ...signIn,
    lastUse,
    recorder,
    onForged: ({ ipAddress, now, requestId, userAgent }) =>
      void onRefused({ principal: { kind: 'anonymous' }, ipAddress, now, requestId, userAgent }, [
        { kind: 'request', reason: 'forged_token' },
      ]),
    ofIssuers: issuers.strategies,
  });
  const counts = createCounts();
  const callers = createCallers(config, strategies, {
    beginUnitOfWork: (caller, user) =>
      beginUnitOfWork(
        database,
        guardFor(() => caller.principal),
        (statement) => counts(caller, statement),
        user,
      ),
    clientIp,
    clock,
    onForeignOrigin: (provenance) => void onRefused(provenance, [{ kind: 'request', reason: 'foreign_origin' }]),
  });
  const edge = {
    unsent: createUnsent(),
    answerHeaders: createAnswerHeaders({ isHttps: config.http.publicUrl.startsWith('https:') }),
    requireHost: createRequireHost(config.http),
  };
  const endpoints = await createEndpoints({ ...events, config, schema, callers, onRefused, report, log, ...edge });
  const jobs = createJobs({ config, vault, recorder });
  const scheduler = createScheduler({ jobs, fork, clock, log });
  let isStopping = false;
  const health = createHealth(
    async () => !isStopping && database.isAnswering(),
    () => [...redisWatch.degraded(), ...events.degraded()],
  );
  const server = createHttpServer({
    routes: withBasePath(config.http.publicUrl, {
      '/graphql': endpoints.endpoint,
      ...createAppPages(config, { callers, execute: endpoints.execute, report }),
      ...createOAuth({ ...identity, ...signIn, config, callers, createLimiter, recorder, report }),
      ...issuers.routes,
      '/health/live': health.live,
      '/health/ready': health.ready,
      '/.well-known/jwks.json': publicJson(keys.jwks),
      ...createAppAssociations(config.passkeys),
      ...(config.console
        ? createConsolePages({ ...config.http, production: config.production, folder: consoleFolder })
        : {}),
      ...createCallbacks(services, callers, config),
    }),
    report,
    onProblem: createNoteProblem({ onRefused, clientIp, clock }),
    upgrade: endpoints.subscriptionServer.upgrade,
    ...edge,
  });

  return {
    server,
    schema,
    scheduler,
    outbox,
    close: () =>
      closeInOrder([
        () => void (isStopping = true),
        () => scheduler.close(),
        () => endpoints.subscriptionServer.close(),
        () => server.drain(drainMs),
        () => events.close(),
        () => keys.close(),
        () => outbox.close(),
        () => endpoints.stop(),
        () => lastUse.settled(),
        () => redisWatch.close(),
        () => redis?.disconnect(),
      ]),
  };
}

/** Opens the transport of mails. Files of a development server are remembered, so that the console can show them. */
async function openDelivery(
  mail: Config['mail'],
): Promise<{ transport: MailTransport | null; sent: (() => readonly SentMail[]) | null }> {
  const transport = await openMailTransport(mail);
  return transport === null || mail.to?.kind !== 'folder' ? { transport, sent: null } : rememberSent(transport);
}

const openKeys = (
  { config, database, log, clock }: Omit<Required<AppDeps>, 'secondFactors'>,
  vault: Vault,
): Promise<SigningKeys> =>
  openSigningKeys({
    fork: database.fork,
    vault,
    clock,
    algorithm: config.tokens.algorithm,
    onFailure: (error) => log.warn({ err: error }, 'the signing keys could not all be read again'),
  });

/** The host of Apollo Sandbox, which developers open instead of the page of their own server. */
const apolloStudio = 'https://studio.apollographql.com';

/** Dependencies for authenticating the caller, by whatever way the request comes. */
const createCallers = (
  { access, http, production }: Config,
  strategies: RequestContextDeps['strategies'],
  rest: Pick<RequestContextDeps, 'beginUnitOfWork' | 'clientIp' | 'clock' | 'onForeignOrigin'>,
): RequestContextDeps => ({
  ...rest,
  strategies,
  origins: createOrigins({ ...http, toolOrigins: production ? [] : [apolloStudio] }),
  networksOf: createNetworksOf(access.networks),
  cookieSameSite: http.cookieSameSite,
  secureCookies: production || http.publicUrl.startsWith('https:'),
});

/**
 * Begins a unit of work for a caller, whose policies are asked about what it writes. It remembers the signed-in user,
 * who was read with the credential, in the same moment: `me` reads nothing.
 */
function beginUnitOfWork(
  { fork, rows }: Database,
  guard: WriteGuard,
  countInTurn: SendInTurn,
  user: { readonly id: string } | undefined,
): UnitOfWork {
  const unit = new LazyUnitOfWork(
    () => fork(guard),
    () => rows(guard, countInTurn),
  );
  if (user !== undefined) rememberRow(unit.rows, User, user);
  return unit;
}
