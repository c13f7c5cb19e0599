import type { EntityManager } from '@mikro-orm/postgresql';
import type { Announce } from '../../announcements/announce.ts';
import type { Principal } from '../../authorization/index.ts';
import { notFound } from '../../errors.ts';
import { requireId, requireText } from '../../input.ts';
import type { Provenance, Recorder, SecurityEvent } from '../../record.ts';
import type { RequestScope, RightsOf } from '../../request.ts';
import { User, type Role } from '../../users/user.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { changeUser } from './change-user.ts';
import { requireGrantable } from './require-grantable.ts';

export interface AdministrationDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
  readonly rightsOf: RightsOf;
  readonly sessions: Pick<Sessions, 'endAll'>;
  /** Revokes every key of a user. */
  readonly revokeApiKeys: (tx: EntityManager, provenance: Provenance, userId: string) => Promise<unknown>;
}

export const longestReason = 500;

export type Administration = ReturnType<typeof createAdministration>;

/** What those who manage users do to them. Everything binds the very next request of whom it concerns. */
export function createAdministration({ announce, recorder, rightsOf, sessions, revokeApiKeys }: AdministrationDeps) {
  /**
   * @throws FORBIDDEN where the roles, present or new, go beyond what the principal may do itself: nobody hands out, or
   * takes away, what it does not hold. CONFLICT where no ADMIN would be left.
   */
  async function setRoles(
    scope: RequestScope,
    principal: Principal,
    userId: string,
    roles: readonly Role[],
  ): Promise<User> {
    return change(scope, principal, userId, (user) => {
      requireGrantable(rightsOf, principal, roles);
      const from = user.roles;
      user.roles = [...new Set(roles)];
      return { type: 'user.roles_changed', details: { from, to: user.roles } };
    });
  }

  /** Ends every key, and every session by raising the account's version, so that a sign-in under way ends, too. */
  async function disable(
    scope: RequestScope,
    principal: Principal,
    userId: string,
    reason: string | null | undefined,
  ): Promise<User> {
    const disabledReason = reason == null ? null : requireText('reason', reason, longestReason);
    return change(scope, principal, userId, async (user, tx) => {
      user.status = 'DISABLED';
      user.disabledReason = disabledReason;
      user.credentialVersion += 1;
      await sessions.endAll(tx, scope, user.id, { reason: 'disabled' });
      await revokeApiKeys(tx, scope, user.id);
      return { type: 'user.disabled' };
    });
  }

  async function enable(scope: RequestScope, principal: Principal, userId: string): Promise<User> {
    return change(scope, principal, userId, (user) => {
      user.status = 'ACTIVE';
      user.disabledReason = null;
      return { type: 'user.enabled' };
    });
  }

  async function revokeSessions(scope: RequestScope, userId: string): Promise<number> {
    const { em } = scope;
    const id = requireId('userId', userId);
    if ((await em.count(User, { id })) === 0) throw notFound('The user');
    return sessions.endAll(em, scope, id, { reason: 'revoked' });
  }

  async function change(
    scope: RequestScope,
    principal: Principal,
    userId: string,
    apply: (user: User, tx: EntityManager) => SecurityEvent | Promise<SecurityEvent>,
  ): Promise<User> {
    return changeUser(scope, requireId('userId', userId), async (user, tx) => {
      requireGrantable(rightsOf, principal, user.roles);
      recorder.record(tx, scope, { ...(await apply(user, tx)), subjectId: user.id });
      announce(tx, { kind: 'account-changed', userId: user.id });
    });
  }

  return { setRoles, disable, enable, revokeSessions };
}
