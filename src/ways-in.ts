import { createRights } from './access/rights.ts';
import { roles } from './access/roles.ts';
import type { Announce } from './announcements/announce.ts';
import type { Config } from './config.ts';
import type { Database } from './database/open.ts';
import { createAccountCheck } from './identity/accounts/account-check.ts';
import { createBasicStrategy, type BasicStrategyDeps } from './identity/accounts/basic.strategy.ts';
import { createPasswords, type Passwords } from './identity/accounts/passwords.ts';
import { createApiKeyCheck, type ApiKeyCheck } from './identity/api-keys/api-key-check.ts';
import { createApiKeyStrategy } from './identity/api-keys/api-key.strategy.ts';
import { createClientTokenStrategy } from './identity/api-keys/client-token.strategy.ts';
import type { LastUse } from './identity/api-keys/last-use.ts';
import { createAccessTokens, type AccessTokens } from './identity/sessions/access-token.ts';
import { createDeviceTokens, type DeviceTokens } from './identity/sessions/device-token.ts';
import { refreshBudget } from './identity/sessions/refresh-session.ts';
import { createRefreshTokens } from './identity/sessions/refresh-token.ts';
import { createSessionCheck, type SessionCheck } from './identity/sessions/session-check.ts';
import { createSessionReader } from './identity/sessions/session-reader.ts';
import { createSessionStrategies } from './identity/sessions/session.strategy.ts';
import { createSessions, type Sessions } from './identity/sessions/sessions.service.ts';
import type { SigningKeys } from './identity/signing-keys/signing-keys.service.ts';
import type { CreateLimiter } from './limits/limiter.ts';
import type { Recorder } from './record.ts';
import type { CredentialStrategy, RightsOf } from './request.ts';

export interface IdentityDeps {
  readonly announce: Announce;
  readonly createLimiter: CreateLimiter;
  readonly consult: Database['consult'];
  readonly recorder: Recorder;
}

/** What recognises, begins and renews sessions, and what is known of keys. */
export interface Identity {
  readonly deviceTokens: DeviceTokens;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly checkKey: ApiKeyCheck;
  readonly rightsOf: RightsOf;
  readonly sessions: Sessions;
}

export function createIdentity(
  { passwords, tokens, http }: Config,
  keys: SigningKeys,
  { announce, consult, createLimiter, recorder }: IdentityDeps,
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
    readSession: createSessionReader(consult),
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
    checkSession: createSessionCheck(consult),
    checkKey: createApiKeyCheck(consult),
    rightsOf,
    sessions,
  };
}

interface StrategyDeps extends Pick<BasicStrategyDeps, 'accounts' | 'withinAttempts'> {
  readonly lastUse: Pick<LastUse, 'note'>;
  readonly recorder: Pick<Recorder, 'note'>;
  readonly consult: Database['consult'];
  readonly fork: Database['fork'];
}

/** Whose credential a request carries: asked one after the other. A way in that is added hands in its own here. */
export function createStrategies(
  { enabled }: Config,
  identity: Identity,
  { consult, fork, lastUse, recorder, ...signIn }: StrategyDeps,
): CredentialStrategy[] {
  const basic = { ...identity, ...signIn, checkAccount: createAccountCheck(consult), fork };
  return [
    createApiKeyStrategy({ ...identity, lastUse, recorder }, enabled),
    ...createSessionStrategies(identity),
    createClientTokenStrategy({ ...identity, lastUse, recorder }),
    ...(enabled.basicAuth ? [createBasicStrategy(basic)] : []),
  ];
}
