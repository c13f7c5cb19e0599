import type { AccountMail } from '../identity/accounts/account-mail.ts';
import type { RelyingParty } from '../identity/passkeys/relying-party.ts';
import { createVerifyAssertion, type VerifyAssertion } from '../identity/passkeys/verify-assertion.ts';
import { createFactorMail, type FactorMail } from '../identity/second-factors/factor-mail.ts';
import { createRecoveryCodes, type RecoveryCodes } from '../identity/second-factors/recovery-codes.ts';
import { createSecretVault } from '../identity/second-factors/sealed-secret.ts';
import { createFactorList, type FactorList } from '../identity/sign-in/factor-list.ts';
import { createFactorLimiters, type FactorLimiters } from '../identity/sign-in/verify-factor.ts';
import type { SigningKeys } from '../identity/signing-keys/signing-keys.service.ts';
import type { Vault } from '../identity/signing-keys/vault.ts';
import type { CreateLimiter } from '../limits/limiter.ts';
import type { CreateSecondFactor } from './second-factors.ts';

export interface FactorsDeps {
  readonly mail: Pick<AccountMail, 'send'>;
  readonly createLimiter: CreateLimiter;
  readonly relyingParty: RelyingParty;
  readonly secondFactors: readonly CreateSecondFactor[];
}

/** The second factors, and what they keep. */
export interface Factors {
  readonly factors: FactorList;
  readonly factorLimiters: FactorLimiters;
  readonly factorMail: FactorMail;
  readonly recoveryCodes: RecoveryCodes;
  readonly relyingParty: RelyingParty;
  readonly secrets: Vault;
  readonly verifyAssertion: VerifyAssertion;
}

export function createFactors(
  { refreshRoot }: Pick<SigningKeys, 'refreshRoot'>,
  { mail, createLimiter, relyingParty, secondFactors }: FactorsDeps,
): Factors {
  const factorMail = createFactorMail(mail);
  const recoveryCodes = createRecoveryCodes(refreshRoot);
  const secrets = createSecretVault(refreshRoot);
  const verifyAssertion = createVerifyAssertion(relyingParty);
  const deps = { factorMail, recoveryCodes, relyingParty, secrets, verifyAssertion };
  const factors = createFactorList(secondFactors.map((create) => create(deps)));
  return { ...deps, factors, factorLimiters: createFactorLimiters(createLimiter) };
}
