import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder, SecurityEvent, WriteContext } from '../../audit/record.ts';
import type { Principal } from '../../authorization/index.ts';
import { notFound } from '../../errors.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import { requireId, requireText } from '../../request/input.ts';
import type { RightsOf } from '../../request/rights.ts';
import { isSameSet } from '../../request/same-set.ts';
import { isOnlyVouchedFor } from '../../users/is-only-vouched-for.ts';
import { type Role, User } from '../../users/user.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { FactorRemoval } from '../sign-in/factor-enrolment.ts';
import type { RemoveAllCredentials } from '../sign-in/remove-credentials.ts';
import type { AccountMail } from './account-mail.ts';
import { changeUser } from './change-user.ts';
import { requireGrantable } from './require-grantable.ts';
import { endInvitationsOf } from './single-use-tokens.ts';

export interface AdministrationDeps {
  readonly publishEvent: PublishEvent;
  readonly recorder: Recorder;
  readonly rightsOf: RightsOf;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly factorRemoval: Pick<FactorRemoval, 'removeAll'>;
  readonly removeCredentials: RemoveAllCredentials;
  readonly mail: Pick<AccountMail, 'send'>;
  /** Revokes every key of a user. */
  readonly revokeApiKeys: (tx: EntityManager, provenance: Provenance, userId: string) => Promise<unknown>;
}

export const maxReasonLength = 500;

export type Administration = ReturnType<typeof createAdministration>;

/** Changes users on behalf of administrators. Each change binds the user's very next request. */
export function createAdministration({
  publishEvent,
  recorder,
  rightsOf,
  sessions,
  factorRemoval,
  removeCredentials,
  mail,
  revokeApiKeys,
}: AdministrationDeps) {
  /**
   * Replaces a user's roles.
   * @throws FORBIDDEN if the roles, present or new, go beyond what the principal may do itself. CONFLICT if no ADMIN
   * would be left.
   */
  async function setRoles(
    context: WriteContext,
    principal: Principal,
    userId: string,
    roles: readonly Role[],
  ): Promise<User> {
    let before: readonly Role[] = [];
    const user = await change(context, principal, userId, (found) => {
      requireGrantable(rightsOf, principal, roles);
      before = found.roles;
      found.roles = [...new Set(roles)];
      return { type: 'user.roles_changed', details: { from: before, to: found.roles } };
    });
    const { email, displayName, roles: after } = user;
    if (!isSameSet(before, after))
      mail.send('roles-changed', async (_, templates) => templates.rolesChanged({ email, displayName }, after));
    return user;
  }

  /**
   * Disables an account: ends every key, the invitations that it sent, and every session by raising the account's
   * version, so that a sign-in under way ends, too.
   */
  async function disable(
    context: WriteContext,
    principal: Principal,
    userId: string,
    reason: string | null | undefined,
  ): Promise<User> {
    const disabledReason = reason == null ? null : requireText('reason', reason, maxReasonLength);
    return change(context, principal, userId, async (user, tx) => {
      user.status = 'DISABLED';
      user.disabledReason = disabledReason;
      user.credentialVersion += 1;
      await sessions.endAll(tx, context, user.id, { reason: 'disabled' });
      await revokeApiKeys(tx, context, user.id);
      await endInvitationsOf(tx, context.now, user.id);
      return { type: 'user.disabled' };
    });
  }

  async function enable(context: WriteContext, principal: Principal, userId: string): Promise<User> {
    return change(context, principal, userId, (user) => {
      user.status = 'ACTIVE';
      user.disabledReason = null;
      return { type: 'user.enabled' };
    });
  }

  async function revokeSessions(context: WriteContext, userId: string): Promise<number> {
    const { em } = context;
    const id = requireId('userId', userId);
    if ((await em.count(User, { id })) === 0) throw notFound('The user');
    return sessions.endAll(em, context, id, { reason: 'revoked' });
  }

  /**
   * Removes every second factor of a user who has lost them. The user is told by mail, and goes on by the password. If
   * the e-mail is only vouched for, every credential goes, with the invitations that the account sent, and only its
   * mailbox gets the account: its owner is not yet proved.
   */
  async function resetFactors(context: WriteContext, principal: Principal, userId: string): Promise<User> {
    let remaining: 'mailbox' | 'password' = 'password';
    const user = await change(context, principal, userId, async (found, tx) => {
      const methods = found.secondFactors;
      const isUnproved = isOnlyVouchedFor(found);
      if (isUnproved) await removeEverything(tx, context, found);
      else await factorRemoval.removeAll(tx, context, found);
      remaining = isUnproved ? 'mailbox' : 'password';
      return { type: 'factors.reset', details: { methods } };
    });
    const { email, displayName } = user;
    mail.send('factors-reset', async (_, templates) => templates.factorsReset({ email, displayName }, remaining));
    return user;
  }

  async function removeEverything(tx: EntityManager, provenance: Provenance, user: User): Promise<void> {
    await removeCredentials(tx, provenance, user);
    user.passwordHash = null;
    user.credentialVersion += 1;
    await sessions.endAll(tx, provenance, user.id, { reason: 'revoked' });
    await endInvitationsOf(tx, provenance.now, user.id);
  }

  async function change(
    context: WriteContext,
    principal: Principal,
    userId: string,
    apply: (user: User, tx: EntityManager) => SecurityEvent | Promise<SecurityEvent>,
  ): Promise<User> {
    return changeUser(context, requireId('userId', userId), async (user, tx) => {
      requireGrantable(rightsOf, principal, user.roles);
      recorder.record(tx, context, { ...(await apply(user, tx)), subjectId: user.id });
      publishEvent(tx, { kind: 'account-changed', userId: user.id });
    });
  }

  return { setRoles, disable, enable, revokeSessions, resetFactors };
}
