import type { GraphQLSchema } from 'graphql';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createRefusals } from '../audit/record-refusals.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/open.ts';
import { describeDatabaseError } from '../database/unavailable.ts';
import { createSharedBudget } from '../graphql/shared-budget.ts';
import { createConsolePages } from '../http/console/console-pages.ts';
import { createAnswerHeaders } from '../http/server/answer-headers.ts';
import { withBasePath } from '../http/server/base-path.ts';
import { createClientIp } from '../http/server/client.ts';
import { createHealth } from '../http/server/health.ts';
import { createRequireHost } from '../http/server/hosts.ts';
import { createHttpServer, type HttpServer, publicJson } from '../http/server/server.ts';
import { createUnsent } from '../http/server/unsent.ts';
import { createSignInNotice } from '../identity/accounts/sign-in-notice.ts';
import { createLastUse } from '../identity/api-keys/last-use.ts';
import { createProviders } from '../identity/external-login/create-providers.ts';
import { relyingPartyOf } from '../identity/passkeys/relying-party.ts';
import { createSignClaims } from '../identity/signing-keys/sign-claims.ts';
import { createScheduler, type Scheduler } from '../jobs/scheduler.ts';
import type { Outbox } from '../mail/outbox.ts';
import { createBoundedFetch } from '../outbound/bounded-fetch.ts';
import type { Clock } from '../request/context.ts';
import { createErrorReport } from '../request/error-report.ts';
import { createApi } from './api.ts';
import { createAppAssociations } from './app-associations.ts';
import { createIdentity, createStrategies, type Identity } from './authentication.ts';
import { createCallbacks } from './callbacks.ts';
import { closeInOrder } from './close-in-order.ts';
import { createContextDeps } from './context-deps.ts';
import { createJobs } from './create-jobs.ts';
import { fillDemo, refuseDemoAccounts } from './demo.ts';
import { createEndpoints } from './endpoints.ts';
import { createFactors } from './factors.ts';
import { createNoteProblem } from './note-problem.ts';
import { createOAuth } from './oauth.ts';
import { openResources, type Resources } from './open-resources.ts';
import { createAppPages, returnPagesOf } from './page-routes.ts';
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
  /** Answers that it is not ready any more, and serves on. */
  leave(): void;
  /** Lets what is in flight finish; the database is the caller's to close. */
  close(): Promise<void>;
}

/** What each step of the composition is given. */
type Given = Required<AppDeps> & Resources;
type Api = ReturnType<typeof createApi>;
type SharedServices = ReturnType<typeof createServices>;

const drainMs = 10_000;
/** Bounds of one answer of a provider. */
const providerBounds = { maxBytes: 256 * 1024, timeoutMs: 5_000 };

const consoleFolder = fileURLToPath(new URL('../../dist/console', import.meta.url));

/**
 * Builds the whole server over an open database; it listens when its caller says so. First comes what is opened, then
 * accounts and sessions, the services of features, the guarded schema, the ways by which callers are recognised, and last
 * the server.
 */
export async function createApp(deps: AppDeps): Promise<App> {
  const wired = { clock: () => new Date(), secondFactors: everySecondFactor, ...deps };
  const { config, database, log, clock } = wired;
  const sessionOf = await openRowSecurity(config, database, log);
  const given: Given = { ...wired, ...(await openResources(wired)) };
  const { events, recorder, createLimiter } = given;
  const identity = createAccounts(given);
  if (config.demo) await fillDemo(database.fork(), identity.passwords, clock());
  if (config.production) await refuseDemoAccounts(database.fork());

  const services = createServices(given, identity);
  const api = createApi({ ...events, recorder, createLimiter, services, config, database, clock, log, sessionOf });
  return createServer(given, { identity, services, api });
}

/** Creates what proves accounts and keeps their sessions. */
const createAccounts = ({ config, database, keys, events, createLimiter, recorder, mail, secondFactors }: Given) =>
  createIdentity(config, keys, {
    ...events,
    readCredentials: database.readCredentials,
    rows: database.rows,
    createLimiter,
    recorder,
    sendSignInNotice: createSignInNotice(mail),
    secondFactors: createFactors(keys, {
      mail,
      createLimiter,
      relyingParty: relyingPartyOf(config.http.publicUrl, config.passkeys.origins),
      secondFactors,
    }),
  });

/** Creates the services that features share. */
function createServices(given: Given, identity: Identity) {
  const { config, database, vault, keys, redis, events, recorder, createLimiter, mail, sent } = given;
  return createSharedServices({
    ...events,
    recorder,
    createLimiter,
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
    system: createSystem({ config, fork: database.fork, redis, factors: identity.factors, sent }),
  });
}

interface Parts {
  readonly identity: Identity;
  readonly services: SharedServices;
  readonly api: Api;
}

/** Creates the HTTP server, and what runs beside it until it is closed. */
async function createServer(given: Given, { identity, services, api }: Parts): Promise<App> {
  const { config, database, log, clock, vault, keys, redis, redisWatch, events, recorder, createLimiter } = given;
  const { schema, guardFor } = api;
  const report = createErrorReport(log, describeDatabaseError);
  const clientIp = createClientIp(config.http.trustedProxies);
  const onRefused = createRefusals(recorder);
  const noteProblem = createNoteProblem({ onRefused, clientIp, clock });
  const signIn = { ...services, withinAttempts: createSharedBudget(schema, 'login', createLimiter) };
  const lastUse = createLastUse({
    fork: database.fork,
    onFailure: (error) => log.warn({ err: error }, 'the last use of API keys was not recorded'),
  });
  const issuers = createTrustedIssuers({
    ...events,
    config,
    database,
    identity,
    recorder,
    report,
    clientIp,
    clock,
    noteProblem,
    onFailure: (issuer, error) => log.warn({ err: error, issuer }, 'the keys of an issuer could not be fetched'),
  });
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
  const contextDeps = createContextDeps({ config, database, clock, clientIp, guardFor, onRefused, strategies });
  const edge = {
    unsent: createUnsent(),
    answerHeaders: createAnswerHeaders({ isHttps: config.http.publicUrl.startsWith('https:') }),
    requireHost: createRequireHost(config.http),
  };
  const endpoints = await createEndpoints({
    ...events,
    config,
    schema,
    contextDeps,
    onRefused,
    noteProblem,
    report,
    log,
    ...edge,
  });
  const scheduler = createScheduler({ jobs: createJobs({ config, vault, recorder }), ...database, clock, log });
  let isStopping = false;
  const health = createHealth(
    async () => !isStopping && database.isAnswering(),
    () => [...redisWatch.degraded(), ...events.degraded()],
  );
  const server = createHttpServer({
    routes: withBasePath(config.http.publicUrl, {
      '/graphql': endpoints.endpoint,
      ...createAppPages(config, { contextDeps, execute: endpoints.execute, report }),
      ...createOAuth({ ...identity, ...signIn, config, contextDeps, createLimiter, noteProblem, recorder, report }),
      ...issuers.routes,
      '/health/live': health.live,
      '/health/ready': health.ready,
      '/.well-known/jwks.json': publicJson(keys.jwks),
      ...createAppAssociations(config.passkeys),
      ...(config.console
        ? createConsolePages({
            ...config.http,
            production: config.production,
            folder: consoleFolder,
            hasPages: config.pages.isOn,
          })
        : {}),
      ...createCallbacks(services, contextDeps, config),
    }),
    report,
    onProblem: noteProblem,
    upgrade: endpoints.subscriptionServer.upgrade,
    keepAliveSeconds: config.http.keepAliveSeconds,
    ...edge,
  });

  return {
    server,
    schema,
    scheduler,
    outbox: given.outbox,
    leave: () => void (isStopping = true),
    close: () =>
      closeInOrder([
        () => void (isStopping = true),
        () => scheduler.close(),
        () => endpoints.subscriptionServer.close(),
        () => server.drain(drainMs),
        () => events.close(),
        () => keys.close(),
        () => given.outbox.close(),
        () => endpoints.stop(),
        () => lastUse.settled(),
        () => redisWatch.close(),
        () => redis?.disconnect(),
      ]),
  };
}
