import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder, WriteContext } from '../../audit/record.ts';
import { anyScopeCovers, type Principal, userIdOf } from '../../authorization/index.ts';
import { AppError } from '../../errors.ts';
import type { RightsOf } from '../../request/rights.ts';
import { lockAccount } from '../../users/lock-account.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import { type Role, User } from '../../users/user.entity.ts';
import { createUser, requireDisplayName } from '../../users/users.service.ts';
import type { Passwords } from '../sign-in/passwords/passwords.ts';
import type { AccountMail } from './account-mail.ts';
import type { AccountToken } from './account-token.entity.ts';
import { requireNotHeld } from './held-email.ts';
import { issueInvitation } from './issue-invitation.ts';
import { requireGrantable } from './require-grantable.ts';
import { consumeToken, endTokens, invalidToken, requireToken } from './single-use-tokens.ts';

export interface InvitationsDeps {
  readonly mail: Pick<AccountMail, 'require'>;
  readonly passwords: Pick<Passwords, 'hash' | 'requireFit'>;
  readonly rightsOf: RightsOf;
  readonly recorder: Pick<Recorder, 'record'>;
}

export interface Acceptance {
  readonly token: string;
  readonly password: string;
  readonly displayName: string;
}

export type Invitations = ReturnType<typeof createInvitations>;

/** Offers accounts with roles to e-mails, on behalf of administrators. */
export function createInvitations({ mail, passwords, recorder, rightsOf }: InvitationsDeps) {
  /**
   * Sends an invitation, replacing any earlier one to the e-mail.
   * @throws FORBIDDEN for roles beyond what the principal may do itself; CONFLICT if the e-mail has an account;
   * SERVICE_UNAVAILABLE if no mail can be sent.
   */
  async function invite(
    context: WriteContext,
    principal: Principal,
    { email, roles }: { email: string; roles: readonly Role[] },
  ): Promise<void> {
    requireGrantable(rightsOf, principal, roles);
    if ((await context.em.count(User, { email })) > 0)
      throw new AppError('CONFLICT', 'This e-mail address has an account already.');
    await requireNotHeld(context.em, context.now, { email });
    const inviterId = userIdOf(principal);
    // Before the answer: an invitation that came into being later could outlive what took the inviter's rights away.
    const token = await context.em.transactional(async (tx) => {
      const inviter = inviterId === undefined ? null : await lockAccount(tx, { id: inviterId });
      if (inviterId !== undefined) requireUnchangedSince(inviter, context.principal);
      return issueInvitation(tx, recorder, context, { email, roles, inviter });
    });
    await mail.require('invitation', async (_, templates) => templates.invitation({ email }, token));
  }

  /**
   * Makes the account, its e-mail proven by the token.
   * @throws BAD_USER_INPUT if the invitation is not valid any more, also because the inviter has lost the right to it;
   * or for an unfit password or name. CONFLICT if the e-mail has got an account in the meantime.
   */
  async function accept(context: WriteContext, { token: text, password, ...input }: Acceptance): Promise<User> {
    const { em, now } = context;
    const token = await requireToken(em, now, ['invitation'], { field, text });
    const { email } = token;
    const roles = token.roles ?? [];
    const displayName = requireDisplayName(input.displayName);
    passwords.requireFit('input.password', password, { email, displayName });
    const passwordHash = await passwords.hash(password, context);
    return em.transactional(async (tx) => {
      await requireInviter(tx, token, roles);
      await consumeToken(tx, now, token, field);
      const invited = { email, displayName, passwordHash, roles, emailProof: { at: now, by: 'owner' } as const };
      const user = await createUser(tx, now, invited, requireNotHeld);
      await endTokens(tx, now, { email, purpose: { $in: ['registration', 'invitation'] } });
      recorder.record(tx, context, {
        type: 'invitation.accepted',
        actorId: user.id,
        subjectId: user.id,
        details: { invitationId: token.id, roles },
      });
      return user;
    });
  }

  /** Checks the inviter's rights of now: an inviter who lost them cannot hand them on. */
  async function requireInviter(tx: EntityManager, { user }: AccountToken, roles: readonly Role[]): Promise<void> {
    if (user == null) return;
    const inviter = await lockAccount(tx, { id: user.id });
    const scopes = inviter === null ? [] : rightsOf(inviter.roles, null).scopes;
    if (!anyScopeCovers(scopes, 'users:manage') || !rightsOf.covers(scopes, roles)) throw invalidToken(field);
  }

  return { invite, accept };
}

const field = 'input.token';
