import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '../../errors.ts';
import type { CredentialStrategy, PresentedCredentials, RecognisedCredential } from '../../request/credentials.ts';
import type { FactorAccount } from './second-factor.ts';
import type { VerifyFactor } from './verify-factor.ts';

export interface FactorHeaderDeps {
  readonly fork: () => EntityManager;
  readonly verifyFactor: VerifyFactor;
  /** Reads the account behind a principal. */
  readonly readAccount: (userId: string) => Promise<FactorAccount | null>;
}

/**
 * Adds to a strategy that a code in `X-TOTP-Code` is a fresh second factor for this one request of a signed-in user. A
 * header that comes with another credential is ignored.
 * @throws INVALID_CREDENTIALS, with HTTP status 401, if the code is wrong or used; RATE_LIMITED if too many were.
 */
export const withFactorHeader =
  (strategy: CredentialStrategy, deps: FactorHeaderDeps): CredentialStrategy =>
  (presented) => {
    const { factorCode } = presented;
    const answer = strategy(presented);
    return answer === null || factorCode === undefined ? answer : proveFactor(answer, presented, factorCode, deps);
  };

async function proveFactor(
  answer: Promise<RecognisedCredential | null>,
  presented: PresentedCredentials,
  code: string,
  { fork, verifyFactor, readAccount }: FactorHeaderDeps,
): Promise<RecognisedCredential | null> {
  const recognised = await answer;
  if (recognised === null) return null;
  const { principal } = recognised;
  if (principal.kind !== 'user' || principal.sessionId === undefined) return recognised;
  const account = await readAccount(principal.id);
  if (account === null) return recognised;
  const context = { ...presented, em: fork(), principal };
  await verifyFactor(context, account, { code }, { sessionId: principal.sessionId }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'INVALID_CREDENTIALS') throw wrongCode();
    throw error;
  });
  const now = Math.floor(presented.now.getTime() / 1000);
  return { ...recognised, principal: { ...principal, authTime: now, mfaAt: now } };
}

/** Says nothing of the credential beside it: that one is good, and its cookie stays. */
const wrongCode = (): AppError =>
  new AppError(
    'INVALID_CREDENTIALS',
    'The code in `X-TOTP-Code` was not accepted. A code works once and for a short time: try the next one.',
    { httpStatus: 401 },
  );
