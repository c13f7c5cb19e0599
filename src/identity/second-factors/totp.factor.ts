import type { EntityManager } from '@mikro-orm/postgresql';
import { addedFrom } from '../../database/added-from.ts';
import type { SecondFactor } from '../sign-in/second-factor.ts';
import type { Vault } from '../signing-keys/vault.ts';
import { secretPurpose } from './sealed-secret.ts';
import { stepOf } from './totp-code.ts';
import { TotpCredential } from './totp-credential.entity.ts';

export const totpMethod = 'TOTP';

/**
 * Verifies codes of an authenticator app (RFC 6238). A time step is accepted once for an account, whatever it is for.
 */
export function createTotpFactor({ secrets }: { readonly secrets: Vault }): SecondFactor {
  return {
    method: totpMethod,
    amr: ['otp'],
    proofField: 'code',
    isEnrolled: ({ secondFactors }) => secondFactors.includes(totpMethod),

    async verify({ em, now }, { account, proof }) {
      if (typeof proof !== 'string') return null;
      const sealed = await sealedSecretOf(em, account.id);
      if (sealed === null) return null;
      const secret = await secrets.open(secretPurpose(account.id), sealed);
      const step = stepOf(secret, proof, now);
      return step !== null && (await useStep(em, account.id, step)) ? {} : null;
    },

    removeAll: (tx, _, userId, since) => tx.nativeDelete(TotpCredential, { user: userId, ...addedFrom(since) }),
    remains: async (tx, userId) => (await tx.count(TotpCredential, { user: userId, sealedSecret: { $ne: null } })) > 0,
  };
}

/** Reads the secret of a confirmed authenticator by a statement of its own: it is read with every code. */
async function sealedSecretOf(em: EntityManager, userId: string): Promise<string | null> {
  const [found] = await em.execute<Array<{ sealed_secret: string | null }>>(
    `select sealed_secret from totp_credentials where user_id = ?`,
    [userId],
  );
  return found?.sealed_secret ?? null;
}

/** Accepts a time step by compare-and-set: of any number of callers, on any nodes, one succeeds (RFC 6238 §5.2). */
async function useStep(em: EntityManager, userId: string, step: number): Promise<boolean> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    `update totp_credentials set last_step = ? where user_id = ? and (last_step is null or last_step < ?)`,
    [step, userId, step],
    'run',
  );
  return affectedRows > 0;
}
