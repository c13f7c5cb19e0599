import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError, type AppErrorOptions } from '../../../errors.ts';
import type { WithinBudget } from '../../../limits/limiter.ts';
import { isBasic, parseBasic } from '../../../request/basic-credentials.ts';
import type { CredentialStrategy, PresentedCredentials } from '../../../request/credentials.ts';
import type { RightsOf } from '../../../request/rights.ts';
import type { FactorList } from '../factor-list.ts';
import type { AccountCheck } from './account-check.ts';
import type { ProveAccount } from './prove-account.ts';
import { rememberProofs, type Password } from './remember-proofs.ts';

export interface BasicStrategyDeps {
  readonly proveAccount: ProveAccount;
  readonly checkAccount: AccountCheck;
  readonly factors: Pick<FactorList, 'hasFactor'>;
  readonly rightsOf: RightsOf;
  readonly fork: () => EntityManager;
  /** Counts the attempts of an IP address, together with those of `login`. */
  readonly withinAttempts: WithinBudget;
}

const anonymous = { kind: 'anonymous' } as const;

/**
 * Identifies a user by e-mail and password, sent as Basic (RFC 7617). Each request proves the account anew; there is no
 * session. An account with a second factor is refused: Basic has no place for the proof of it.
 */
export function createBasicStrategy(deps: BasicStrategyDeps): CredentialStrategy {
  const { accountOf } = rememberProofs(deps.checkAccount);

  return async (presented) => {
    if (!isBasic(presented.authorization)) return null;
    const basic = parseBasic(presented.authorization);
    if (basic === null) throw invalid({ refusal: 'bad_credential' });
    const password = { email: basic.user, password: basic.password };
    const account = await accountOf(password, presented.now, () => verify(password, presented));
    if (account === null) throw invalid();
    const { userId } = account;
    if (deps.factors.hasFactor({ id: userId, secondFactors: account.secondFactors })) throw needsFactor();
    const authTime = Math.floor(presented.now.getTime() / 1000);
    return {
      principal: {
        kind: 'user',
        id: userId,
        userId,
        ...deps.rightsOf(account.roles, null),
        authTime,
        hasFactor: false,
        credentialVersion: account.credentialVersion,
      },
      source: 'basic',
    };
  };

  /** Verifies the password as `login` does, within its attempts and in its time. */
  async function verify(password: Password, { ipAddress, now, requestId, userAgent }: PresentedCredentials) {
    const context = { em: deps.fork(), principal: anonymous, ipAddress, now, requestId, userAgent };
    try {
      return await deps.withinAttempts(ipAddress, () => deps.proveAccount(context, password));
    } catch (error) {
      if (error instanceof AppError && error.code === 'INVALID_CREDENTIALS') throw invalid();
      throw error;
    }
  }
}

const invalid = (options: AppErrorOptions = {}): AppError =>
  new AppError('UNAUTHENTICATED', 'The e-mail or the password is wrong.', options);

const needsFactor = (): AppError =>
  new AppError('UNAUTHENTICATED', 'This account has a second factor: sign in, and send the access token as Bearer.', {
    refusal: 'needs_factor',
  });
