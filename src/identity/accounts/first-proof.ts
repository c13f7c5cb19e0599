import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../audit/record.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import { isOnlyVouchedFor } from '../../users/is-only-vouched-for.ts';
import type { User } from '../../users/user.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { FactorList } from '../sign-in/factor-list.ts';
import type { RemoveAllCredentials } from '../sign-in/remove-credentials.ts';
import { endInvitationsOf, endTokensOf } from './single-use-tokens.ts';

export interface ResetToProvenOwnerDeps {
  readonly publishEvent: PublishEvent;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly removeCredentials: RemoveAllCredentials;
  readonly sessions: Pick<Sessions, 'endAll'>;
}

/**
 * Gives an account, whose row the caller holds, to the one who has proved its e-mail first without the password: the
 * password, every other credential and every session go. A stranger who registered the e-mail keeps no hold over it.
 */
export type ResetToProvenOwner = (tx: EntityManager, provenance: Provenance, account: User) => Promise<void>;

/**
 * Tells whether a proof of the mailbox is the first by which the owner of an e-mail is known, so that nothing from
 * before counts. A second factor on an account whose e-mail is vouched for is as good as that: a mailbox alone never
 * takes it away.
 */
export const isFirstProof = (
  account: Pick<User, 'id' | 'emailProvedAt' | 'emailVerifiedAt' | 'secondFactors'>,
  factors: Pick<FactorList, 'hasFactor'>,
): boolean => account.emailProvedAt == null && !(isOnlyVouchedFor(account) && factors.hasFactor(account));

export const createFirstProof =
  ({ publishEvent, recorder, removeCredentials, sessions }: ResetToProvenOwnerDeps): ResetToProvenOwner =>
  async (tx, provenance, account) => {
    const { now } = provenance;
    const { id } = account;
    await removeCredentials(tx, provenance, account);
    account.emailVerifiedAt ??= now;
    account.emailProvedAt = now;
    account.passwordHash = null;
    account.credentialVersion += 1;
    recorder.record(tx, provenance, { type: 'account.email_verified', actorId: id, subjectId: id });
    await sessions.endAll(tx, provenance, id, { reason: 'replaced' });
    await endTokensOf(tx, now, id);
    await endInvitationsOf(tx, now, id);
    publishEvent(tx, { kind: 'account-changed', userId: id });
  };
