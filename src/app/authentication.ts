import { createRights } from '../access/rights-of-roles.ts';
import { roles } from '../access/roles.ts';
import type { Recorder } from '../audit/record.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/open.ts';
import type { PublishEvent } from '../events/open-events.ts';
import { type ApiKeyCheck, createApiKeyCheck } from '../identity/api-keys/api-key-check.ts';
import { createApiKeyStrategy } from '../identity/api-keys/api-key.strategy.ts';
import { createClientTokenStrategy } from '../identity/api-keys/client-token.strategy.ts';
import type { LastUse } from '../identity/api-keys/last-use.ts';
import {
  type AccessTokenStrategyDeps,
  createAccessTokenStrategies,
} from '../identity/sessions/access-token.strategy.ts';
import { type AccessTokens, createAccessTokens } from '../identity/sessions/access-token.ts';
import { refreshBudget } from '../identity/sessions/refresh-session.ts';
import { createRefreshTokens } from '../identity/sessions/refresh-token.ts';
import { createSessionCheck, type SessionCheck } from '../identity/sessions/session-check.ts';
import { createSessionReader } from '../identity/sessions/session-reader.ts';
import { createSessions, type Sessions } from '../identity/sessions/sessions.service.ts';
import { createDeviceTokens } from '../identity/sign-in/device-token.ts';
import { createDeviceTrust, type DeviceTrust } from '../identity/sign-in/device-trust.ts';
import { createFactorRemoval, type FactorRemoval } from '../identity/sign-in/factor-enrolment.ts';
import { withFactorHeader } from '../identity/sign-in/factor-header.ts';
import { createAccountCheck, type AccountCheck } from '../identity/sign-in/passwords/account-check.ts';
import { type BasicStrategyDeps, createBasicStrategy } from '../identity/sign-in/passwords/basic.strategy.ts';
import { contextWordsOf } from '../identity/sign-in/passwords/context-words.ts';
import { createPasswords, type Passwords } from '../identity/sign-in/passwords/passwords.ts';
import { createProveAccount, type ProveAccount } from '../identity/sign-in/passwords/prove-account.ts';
import {
  createVerifyPassword,
  signInBudget,
  type VerifyPassword,
} from '../identity/sign-in/passwords/verify-password.ts';
import { createReauthenticate, type Reauthenticate } from '../identity/sign-in/reauthenticate.ts';
import { createRequireProof, type RequireProof } from '../identity/sign-in/require-proof.ts';
import type { FactorAccount } from '../identity/sign-in/second-factor.ts';
import { createSignIn, type SignIn, type SignInDeps } from '../identity/sign-in/sign-in.service.ts';
import { createVerifyFactor, type VerifyFactor } from '../identity/sign-in/verify-factor.ts';
import type { SigningKeys } from '../identity/signing-keys/signing-keys.service.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { CredentialStrategy } from '../request/credentials.ts';
import type { RightsOf } from '../request/rights.ts';
import type { Factors } from './factors.ts';

export interface IdentityDeps {
  readonly publishEvent: PublishEvent;
  readonly createLimiter: CreateLimiter;
  readonly readCredentials: Database['readCredentials'];
  readonly rows: Database['rows'];
  readonly recorder: Recorder;
  readonly secondFactors: Factors;
  /** Tells the owner of an account about a sign-in. */
  readonly sendSignInNotice: SignInDeps['sendSignInNotice'];
}

/** The functions that recognise, begin and renew sessions, and the facts known of keys. */
export interface Identity extends Factors {
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly checkSession: SessionCheck;
  readonly checkKey: ApiKeyCheck;
  readonly rightsOf: RightsOf;
  readonly sessions: Sessions;
  readonly checkAccount: AccountCheck;
  readonly deviceTrust: DeviceTrust;
  readonly factorRemoval: FactorRemoval;
  readonly verifyFactor: VerifyFactor;
  readonly reauthenticate: Reauthenticate;
  readonly requireProof: RequireProof;
  readonly proveAccount: ProveAccount;
  readonly verifyPassword: VerifyPassword;
  readonly signIn: SignIn;
}

export function createIdentity(
  { passwords: settings, secondFactors: { trustedDeviceSeconds }, tokens, http, mail, pages }: Config,
  keys: SigningKeys,
  { publishEvent, readCredentials, rows, createLimiter, recorder, secondFactors, sendSignInNotice }: IdentityDeps,
): Identity {
  const rightsOf = createRights(roles);
  const { factors, factorLimiters } = secondFactors;
  const accessTokens = createAccessTokens({
    keys,
    amrOf: factors.amrOf,
    issuer: http.publicUrl,
    audience: tokens.audience,
    ttlSeconds: tokens.accessTtlSeconds,
  });
  const lifetimes = {
    idleTtlSeconds: tokens.refreshIdleTtlSeconds,
    absoluteTtlSeconds: tokens.refreshAbsoluteTtlSeconds,
  };
  const sessions = createSessions({
    ...lifetimes,
    accessTokens,
    refreshTokens: createRefreshTokens(keys.refreshRoot),
    readSession: createSessionReader(readCredentials, lifetimes),
    rightsOf,
    graceSeconds: tokens.refreshGraceSeconds,
    refreshes: createLimiter(refreshBudget),
    publishEvent,
    recorder,
  });
  const deviceTokens = createDeviceTokens(keys.refreshRoot);
  const passwords = createPasswords({ ...settings, contextWords: contextWordsOf({ http, mail, pages }) });
  const verifyPassword = createVerifyPassword({ attempts: createLimiter(signInBudget), passwords });
  const deviceTrust = createDeviceTrust({ recorder, trustedDeviceSeconds });
  const verifyFactor = createVerifyFactor({ attempts: factorLimiters, factors, recorder });
  return {
    passwords,
    accessTokens,
    ...secondFactors,
    deviceTrust,
    factorRemoval: createFactorRemoval({ deviceTrust, factors, sessions }),
    verifyFactor,
    verifyPassword,
    reauthenticate: createReauthenticate({
      factors,
      recorder,
      stepUpSession: sessions.stepUp,
      verifyFactor,
      verifyPassword,
    }),
    requireProof: createRequireProof({ factors, recorder, verifyFactor, verifyPassword }),
    proveAccount: createProveAccount({ deviceTokens, passwords, recorder, verifyPassword }),
    signIn: createSignIn({
      deviceTokens,
      deviceTrust,
      factors,
      recorder,
      rightsOf,
      sessions,
      sendSignInNotice,
      verifyFactor,
    }),
    checkAccount: createAccountCheck(readCredentials),
    checkSession: createSessionCheck(readCredentials, rows(), lifetimes),
    checkKey: createApiKeyCheck(readCredentials),
    rightsOf,
    sessions,
  };
}

interface StrategyDeps extends Pick<BasicStrategyDeps, 'withinAttempts'> {
  readonly lastUse: Pick<LastUse, 'note'>;
  readonly recorder: Pick<Recorder, 'note'>;
  readonly onForged: AccessTokenStrategyDeps['onForged'];
  readonly fork: Database['fork'];
  /** Those of other issuers' tokens. */
  readonly ofIssuers: readonly CredentialStrategy[];
}

/**
 * Returns the strategies that identify the principal behind a request, asked one after the other. A way in that is
 * added hands in its own here.
 */
export function createStrategies(
  { enabled }: Config,
  identity: Identity,
  { fork, lastUse, ofIssuers, onForged, recorder, ...signIn }: StrategyDeps,
): CredentialStrategy[] {
  const basic = { ...identity, ...signIn, fork };
  const header = { ...identity, fork, readAccount: accountReader(identity.checkAccount) };
  return [
    createApiKeyStrategy({ ...identity, ...identity.factors, lastUse, recorder }, enabled),
    ...ofIssuers,
    ...createAccessTokenStrategies({
      ...identity,
      ...identity.factors,
      onForged,
      findByRefreshToken: (token) => identity.sessions.findByRefreshToken(fork(), token),
    }).map((strategy) => withFactorHeader(strategy, header)),
    createClientTokenStrategy({ ...identity, ...identity.factors, lastUse, recorder }),
    ...(enabled.basicAuth ? [createBasicStrategy(basic)] : []),
  ];
}

const accountReader =
  (checkAccount: AccountCheck) =>
  async (userId: string): Promise<FactorAccount | null> => {
    const state = await checkAccount(userId);
    return state === null ? null : { id: state.userId, secondFactors: state.secondFactors };
  };
