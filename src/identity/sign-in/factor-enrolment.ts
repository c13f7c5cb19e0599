import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance } from '../../audit/record.ts';
import { isOnlyVouchedFor } from '../../users/is-only-vouched-for.ts';
import type { User } from '../../users/user.entity.ts';
import type { EndSessions } from '../sessions/end-sessions.ts';
import type { DeviceTrust } from './device-trust.ts';
import type { FactorList } from './factor-list.ts';
import type { SecondFactor } from './second-factor.ts';
import { countPasswords } from './sign-in-methods.ts';

/** Writes down that an account, whose row the caller holds, has a factor. */
export function noteEnrolled(user: User, method: string): void {
  if (!user.secondFactors.includes(method)) user.secondFactors = [...user.secondFactors, method];
}

export function noteRemoved(user: User, method: string): void {
  user.secondFactors = user.secondFactors.filter((name) => name !== method);
}

export interface FactorRemovalDeps {
  readonly deviceTrust: Pick<DeviceTrust, 'removeAll'>;
  readonly factors: FactorList;
  readonly sessions: Pick<EndSessions, 'endAll'>;
}

export type FactorRemoval = ReturnType<typeof createFactorRemoval>;

/** Takes factors from an account whose row the caller holds. What stands in for the last one goes along with it. */
export function createFactorRemoval({ deviceTrust, factors, sessions }: FactorRemovalDeps) {
  async function remove(tx: EntityManager, provenance: Provenance, user: User, factor: SecondFactor): Promise<void> {
    const hadFactor = factors.hasFactor(user);
    await factor.removeAll(tx, provenance, user.id);
    noteRemoved(user, factor.method);
    if (factors.hasFactor(user)) return;
    await removeStandIns(tx, provenance, user);
    if (hadFactor) await removeUnprovedPassword(tx, provenance, user);
  }

  async function removeStandIns(tx: EntityManager, provenance: Provenance, user: User): Promise<void> {
    for (const backup of factors.all.filter(({ isBackup }) => isBackup === true)) {
      await backup.removeAll(tx, provenance, user.id);
      noteRemoved(user, backup.method);
    }
    await deviceTrust.removeAll(tx, user.id);
  }

  /**
   * Takes the password from an account whose e-mail is only vouched for. While there was a factor, a mail to it
   * could set the password and proved nothing; without the factor it would let its owner into an account that is a
   * stranger's as well. The next mail is the first proof.
   */
  async function removeUnprovedPassword(tx: EntityManager, provenance: Provenance, user: User): Promise<void> {
    if (!isOnlyVouchedFor(user) || (await countPasswords(tx, user.id)) === 0) return;
    user.passwordHash = null;
    user.credentialVersion += 1;
    await sessions.endAll(tx, provenance, user.id, { reason: 'password' });
  }

  /** Takes every factor away, also those that no list knows any more; or, given `since`, those added from then on. */
  async function removeAll(tx: EntityManager, provenance: Provenance, user: User, since?: Date): Promise<void> {
    const hadFactor = factors.hasFactor(user);
    if (since === undefined) user.secondFactors = [];
    for (const { method, removeAll: take, remains } of factors.all) {
      await take(tx, provenance, user.id, since);
      if ((await remains?.(tx, user.id)) !== true) noteRemoved(user, method);
    }
    if (factors.hasFactor(user)) await deviceTrust.removeAll(tx, user.id);
    else await removeStandIns(tx, provenance, user);
    if (hadFactor && !factors.hasFactor(user)) await removeUnprovedPassword(tx, provenance, user);
  }

  return { remove, removeAll };
}
