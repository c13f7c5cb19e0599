import { furtherScopes, roles } from '../access/roles.ts';
import type { Recorder } from '../audit/record.ts';
import type { Config } from '../config/config.ts';
import type { TrustedIssuer } from '../config/parse-trusted-issuers.ts';
import type { Database } from '../database/open.ts';
import { StartError } from '../errors.ts';
import type { PublishEvent } from '../events/open-events.ts';
import {
  createBackChannelLogoutEndpoint,
  type LogoutEndpointDeps,
} from '../http/oauth/back-channel-logout-endpoint.ts';
import type { Handler } from '../http/server/server.ts';
import { requireNotHeld } from '../identity/accounts/held-email.ts';
import { createBackChannelLogout } from '../identity/trusted-issuers/back-channel-logout.ts';
import { createIssuerTokenStrategy } from '../identity/trusted-issuers/issuer-token.strategy.ts';
import { createIssuerTokens } from '../identity/trusted-issuers/issuer-tokens.ts';
import { createProvisionUser } from '../identity/trusted-issuers/provision-user.ts';
import { createSubjectCheck } from '../identity/trusted-issuers/subject-check.ts';
import { createBoundedFetch } from '../outbound/bounded-fetch.ts';
import type { CredentialStrategy } from '../request/credentials.ts';
import type { Identity } from './authentication.ts';

export interface TrustedIssuersDeps extends Pick<LogoutEndpointDeps, 'clientIp' | 'clock' | 'noteProblem' | 'report'> {
  readonly config: Pick<Config, 'production' | 'trustedIssuers'>;
  readonly database: Pick<Database, 'fork' | 'readCredentials'>;
  readonly identity: Pick<Identity, 'rightsOf' | 'factors'>;
  readonly recorder: Recorder;
  readonly publishEvent: PublishEvent;
  readonly onFailure: (issuer: string, error: unknown) => void;
}

export interface TrustedIssuers {
  /** None if no issuer is trusted. */
  readonly strategies: readonly CredentialStrategy[];
  readonly routes: Readonly<Record<string, Handler>>;
}

/** A key set is a few KiB; who sends more, or takes longer, is not waited for. */
const keySetBounds = { maxBytes: 256 * 1024, timeoutMs: 3_000 };

/** The tokens of other issuers, and what these tell us of logouts. */
export function createTrustedIssuers(deps: TrustedIssuersDeps): TrustedIssuers {
  const { config, database, identity, recorder, publishEvent, onFailure } = deps;
  const { trustedIssuers } = config;
  requireKnownRoles(trustedIssuers);
  const issuerTokens = createIssuerTokens({
    trustedIssuers,
    fetch: createBoundedFetch({ ...keySetBounds, allowPrivate: !config.production }),
    onFailure,
    rightsOf: identity.rightsOf,
    knownScopes: new Set([...Object.values(roles).flatMap(({ scopes }) => scopes), ...furtherScopes].filter(isNamed)),
  });
  const strategy = createIssuerTokenStrategy({
    issuerTokens,
    checkSubject: createSubjectCheck(database.readCredentials),
    provisionUser: createProvisionUser({ fork: database.fork, recorder, requireNotHeld }),
    recorder,
    hasFactor: identity.factors.hasFactor,
  });
  const logOut = createBackChannelLogout({ issuerTokens, fork: database.fork, recorder, publishEvent });
  const hearsLogouts = trustedIssuers.some(({ backChannelLogout }) => backChannelLogout.length > 0);
  return {
    strategies: trustedIssuers.length > 0 ? [strategy] : [],
    routes: hearsLogouts ? { '/auth/back-channel-logout': createBackChannelLogoutEndpoint({ ...deps, logOut }) } : {},
  };
}

/** A claim never grants everything by `*`: it names what it grants. */
const isNamed = (scope: string): boolean => scope !== '*';

/** @throws StartError for a mapping to roles that are not there, which would silently grant nothing. */
function requireKnownRoles(issuers: readonly TrustedIssuer[]): void {
  const named = issuers.flatMap(({ roleMap, defaultRoles }) => [
    ...Object.values(roleMap ?? {}).flat(),
    ...defaultRoles,
  ]);
  const unknown = named.find((role) => !Object.hasOwn(roles, role));
  if (unknown === undefined) return;
  throw new StartError(
    `TRUSTED_ISSUERS: \`${unknown}\` is no role; \`roleMap\` and \`defaultRoles\` name some of ${Object.keys(roles).join(', ')}.`,
  );
}
