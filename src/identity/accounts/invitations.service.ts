import type { EntityManager } from '@mikro-orm/postgresql';
import { userIdOf, type Principal } from '../../authorization/index.ts';
import { anyScopeCovers } from '../../authorization/scopes.ts';
import { AppError } from '../../errors.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope, RightsOf } from '../../request.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import { User, type Role } from '../../users/user.entity.ts';
import { createUser, requireDisplayName } from '../../users/users.service.ts';
import type { AccountMail } from './account-mail.ts';
import type { AccountToken } from './account-token.entity.ts';
import { consumeToken, endTokens, invalidToken, requireToken } from './account-tokens.ts';
import { issueInvitation } from './issue-invitation.ts';
import { lockAccount } from './lock-account.ts';
import { requirePassword } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import { requireGrantable } from './require-grantable.ts';

export interface InvitationsDeps {
  readonly mail: AccountMail;
  readonly passwords: Passwords;
  readonly rightsOf: RightsOf;
  readonly recorder: Recorder;
}

export interface Acceptance {
  readonly token: string;
  readonly password: string;
  readonly displayName: string;
}

export type Invitations = ReturnType<typeof createInvitations>;

/** Accounts that those who manage users offer to an address, with roles. */
export function createInvitations({ mail, passwords, recorder, rightsOf }: InvitationsDeps) {
  /**
   * Sends an invitation, in the place of any earlier one to the address.
   * @throws FORBIDDEN for roles beyond what the principal may do itself; CONFLICT where the address has an account;
   * SERVICE_UNAVAILABLE where no mail can be sent.
   */
  async function invite(
    scope: RequestScope,
    principal: Principal,
    { email, roles }: { email: string; roles: readonly Role[] },
  ): Promise<void> {
    requireGrantable(rightsOf, principal, roles);
    if ((await scope.em.count(User, { email })) > 0)
      throw new AppError('CONFLICT', 'This address has an account already.');
    const inviterId = userIdOf(principal);
    // Before the answer: an invitation that came into being later could outlive what took the inviter's rights away.
    const token = await scope.em.transactional(async (tx) => {
      const inviter = inviterId === undefined ? null : await lockAccount(tx, { id: inviterId });
      if (inviterId !== undefined) requireUnchangedSince(inviter, scope.principal);
      return issueInvitation(tx, recorder, scope, { email, roles, inviter });
    });
    await mail.require('invitation', async (_, letters) => letters.invitation({ email }, token));
  }

  /**
   * Makes the account, its address proven by the token.
   * @throws BAD_USER_INPUT where the invitation is not valid any more, also because who invited may not any more; or for
   * an unfit password or name. CONFLICT where the address has got an account in the meantime.
   */
  async function accept(scope: RequestScope, { token: text, password, ...input }: Acceptance): Promise<User> {
    const { em, now } = scope;
    const token = await requireToken(em, now, ['invitation'], { field, text });
    const { email } = token;
    const roles = token.roles ?? [];
    const displayName = requireDisplayName(input.displayName);
    requirePassword('input.password', password, { email, displayName });
    const passwordHash = await passwords.hash(password, scope);
    return em.transactional(async (tx) => {
      await requireInviter(tx, token, roles);
      await consumeToken(tx, now, token, field);
      const user = await createUser(tx, now, { email, displayName, passwordHash, roles, emailVerifiedAt: now });
      await endTokens(tx, now, { email, purpose: { $in: ['registration', 'invitation'] } });
      recorder.record(tx, scope, {
        type: 'invitation.accepted',
        actorId: user.id,
        subjectId: user.id,
        details: { invitationId: token.id, roles },
      });
      return user;
    });
  }

  /** Rights are those of now: the invitations of somebody who lost theirs are worth nothing. */
  async function requireInviter(tx: EntityManager, { user }: AccountToken, roles: readonly Role[]): Promise<void> {
    if (user == null) return;
    const inviter = await lockAccount(tx, { id: user.id });
    const scopes = inviter === null ? [] : rightsOf(inviter.roles, null).scopes;
    if (!anyScopeCovers(scopes, 'users:manage') || !rightsOf.covers(scopes, roles)) throw invalidToken(field);
  }

  return { invite, accept };
}

const field = 'input.token';
