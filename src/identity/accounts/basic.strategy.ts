import type { EntityManager } from '@mikro-orm/postgresql';
import { isBasic, parseBasic } from '../../basic.ts';
import { AppError } from '../../errors.ts';
import type { WithinBudget } from '../../limits/limiter.ts';
import type { CredentialStrategy, PresentedCredentials, RightsOf } from '../../request.ts';
import type { AccountCheck } from './account-check.ts';
import type { Accounts } from './accounts.service.ts';
import { createProvenPasswords, type Password } from './proven-passwords.ts';

export interface BasicStrategyDeps {
  readonly accounts: Pick<Accounts, 'prove'>;
  readonly checkAccount: AccountCheck;
  readonly rightsOf: RightsOf;
  readonly fork: () => EntityManager;
  /** The attempts of an address, which Basic has in common with `login`. */
  readonly withinAttempts: WithinBudget;
}

const anonymous = { kind: 'anonymous' } as const;

/** Recognises e-mail and password as Basic (RFC 7617). Each request proves who it is anew, and there is no session. */
export function createBasicStrategy(deps: BasicStrategyDeps): CredentialStrategy {
  const { accountOf } = createProvenPasswords(deps.checkAccount);

  return async (presented) => {
    if (!isBasic(presented.authorization)) return null;
    const basic = parseBasic(presented.authorization);
    if (basic === null) throw invalid();
    const password = { email: basic.user, password: basic.password };
    const account = await accountOf(password, presented.now, () => verify(password, presented));
    if (account === null) throw invalid();
    const { userId } = account;
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

  /** As `login` does: with its attempts, its time and its answers. */
  async function verify(password: Password, { ip, now, requestId, userAgent }: PresentedCredentials) {
    const scope = { em: deps.fork(), principal: anonymous, ip, now, requestId, userAgent };
    try {
      return await deps.withinAttempts(ip, () => deps.accounts.prove(scope, password));
    } catch (error) {
      if (error instanceof AppError && error.code === 'INVALID_CREDENTIALS') throw invalid();
      throw error;
    }
  }
}

const invalid = (): AppError => new AppError('UNAUTHENTICATED', 'The address or the password is wrong.');
