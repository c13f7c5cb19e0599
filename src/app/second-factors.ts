import { createPasskeyFactor, type PasskeyFactorDeps } from '../identity/passkeys/passkey.factor.ts';
import {
  createRecoveryCodeFactor,
  type RecoveryCodeFactorDeps,
} from '../identity/second-factors/recovery-code.factor.ts';
import { createTotpFactor } from '../identity/second-factors/totp.factor.ts';
import type { SecondFactor } from '../identity/sign-in/second-factor.ts';
import type { Vault } from '../identity/signing-keys/vault.ts';

export interface SecondFactorDeps extends RecoveryCodeFactorDeps, PasskeyFactorDeps {
  readonly secrets: Vault;
}

export type CreateSecondFactor = (deps: SecondFactorDeps) => SecondFactor;

/** Every second factor, in the order in which a challenge offers them; a team's own is added here. */
export const secondFactors: readonly CreateSecondFactor[] = [
  createPasskeyFactor,
  createTotpFactor,
  createRecoveryCodeFactor,
];
