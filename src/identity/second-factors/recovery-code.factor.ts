import type { SecondFactor } from '../sign-in/second-factor.ts';
import type { FactorMail } from './factor-mail.ts';
import type { RecoveryCodes } from './recovery-codes.ts';

export const recoveryMethod = 'RECOVERY_CODE';

export interface RecoveryCodeFactorDeps {
  readonly factorMail: FactorMail;
  readonly recoveryCodes: RecoveryCodes;
}

/** Accepts a recovery code in the place of a second factor. The owner is told of each use by mail. */
export const createRecoveryCodeFactor = ({ factorMail, recoveryCodes }: RecoveryCodeFactorDeps): SecondFactor => ({
  method: recoveryMethod,
  amr: ['otp'],
  proofField: 'recoveryCode',
  isBackup: true,
  isEnrolled: ({ secondFactors }) => secondFactors.includes(recoveryMethod),
  async verify({ em, now }, { account, proof }) {
    if (typeof proof !== 'string' || !(await recoveryCodes.use(em, now, account.id, proof))) return null;
    factorMail('recoveryCodeUsed', account.id);
    return {};
  },
  removeAll: (tx, _, userId, since) => recoveryCodes.removeAll(tx, userId, since),
  remains: async (tx, userId) => (await recoveryCodes.left(tx, userId)) > 0,
});
