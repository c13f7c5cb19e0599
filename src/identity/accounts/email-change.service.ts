import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder, WriteContext } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import { lockAccount } from '../../users/lock-account.ts';
import { isUnchangedSince } from '../../users/unchanged-since.ts';
import { User } from '../../users/user.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { RemoveAllCredentials } from '../sign-in/remove-credentials.ts';
import type { AccountMail } from './account-mail.ts';
import type { AccountToken } from './account-token.entity.ts';
import { isHeld, requireNotHeld } from './held-email.ts';
import {
  consumeToken,
  endInvitationsOf,
  endTokens,
  endTokensOf,
  invalidToken,
  isExhausted,
  issueToken,
  requireToken,
} from './single-use-tokens.ts';
import type { Confirm } from './verification.service.ts';

export interface EmailChangeDeps {
  readonly mail: AccountMail;
  readonly publishEvent: PublishEvent;
  readonly recorder: Recorder;
  readonly removeCredentials: RemoveAllCredentials;
  readonly sessions: Pick<Sessions, 'endAll'>;
}

export type EmailChange = ReturnType<typeof createEmailChange>;

/** Changes the e-mail of an account once the new one is proven; the old one is told, and may take the change back. */
export function createEmailChange({ mail, publishEvent, recorder, removeCredentials, sessions }: EmailChangeDeps) {
  /**
   * Sends a link to the new e-mail, three an hour for an account; the last one is valid. Whether the new e-mail has an
   * account already is told to its mailbox alone.
   * @throws SERVICE_UNAVAILABLE if no mail can be sent.
   */
  async function request(context: WriteContext, userId: string, email: string): Promise<void> {
    const { now } = context;
    await mail.require('email-change', (em, templates) =>
      em.transactional(async (tx) => {
        const user = await lockAccount(tx, { id: userId, email: { $ne: email } });
        if (user === null || !isUnchangedSince(user, context.principal)) return null;
        if (await isExhausted(tx, now, { user: userId, purpose: 'email-change' })) return null;
        await endTokens(tx, now, { user: userId, purpose: 'email-change' });
        const { text: token } = await issueToken(tx, now, { purpose: 'email-change', email, user });
        recorder.record(tx, context, { type: 'account.email_change_requested', subjectId: userId });
        const { email: present, displayName } = user;
        mail.send('email-change-notice', async (_, { emailChangeNotice }) =>
          emailChangeNotice({ email: present, displayName }),
        );
        const isTaken = (await tx.count(User, { email })) > 0 || (await isHeld(tx, now, { email, except: userId }));
        return isTaken ? templates.takenEmail({ email }) : templates.emailChange({ email, displayName }, token);
      }),
    );
  }

  /** Gives the account its new e-mail. @throws CONFLICT if that has got an account in the meantime. */
  const confirm: Confirm = async (tx, { token, account }, context) => {
    if (account === null) throw invalidToken('token');
    const { email: former, displayName } = account;
    const takeBackToken = await issueTakeBack(tx, context.now, account);
    account.email = token.email;
    account.emailVerifiedAt = context.now;
    account.emailProvedAt = context.now;
    recorder.record(tx, context, { type: 'account.email_changed', actorId: account.id, subjectId: account.id });
    await flushEmail(tx);
    await requireNotHeld(tx, context.now, { email: token.email, except: account.id });
    await endTokensOf(tx, context.now, account.id);
    return () =>
      void mail.send('email-changed', async (_, templates) =>
        templates.emailChanged({ email: former, displayName }, takeBackToken),
      );
  };

  /**
   * Issues the token by which the old e-mail takes the change back; null if that e-mail was never proven, for it may be
   * a stranger's.
   */
  async function issueTakeBack(tx: EntityManager, now: Date, account: User): Promise<string | null> {
    const { emailVerifiedAt, emailProvedAt, email, passwordHash } = await tx.findOneOrFail(User, account.id, {
      populate: ['passwordHash'],
    });
    if (emailVerifiedAt == null) return null;
    const former = { email, emailProvedAt, passwordHash };
    return (await issueToken(tx, now, { purpose: 'email-revert', user: account, ...former })).text;
  }

  /**
   * Gives the account its old e-mail back, by the link that this one got: with the password of that time, and without
   * any session, and without the factors, keys and other credentials that were added since. The mailbox gets a link
   * for a new password.
   * @throws BAD_USER_INPUT if the token is not valid any more; CONFLICT if the old e-mail has an account by now.
   */
  async function revert(context: WriteContext, text: string): Promise<void> {
    const { em, now } = context;
    const token = await requireToken(em, now, ['email-revert'], { field: 'token', text });
    const { email, displayName, reset } = await em.transactional(async (tx) => {
      const account = token.user == null ? null : await lockAccount(tx, { id: token.user.id });
      if (account === null) throw invalidToken('token');
      await consumeToken(tx, now, token, 'token');
      await takeBack(tx, context, { token, account });
      const { text: link } = await issueToken(tx, now, { purpose: 'reset', email: account.email, user: account });
      return { email: account.email, displayName: account.displayName, reset: link };
    });
    mail.send('email-change-reverted', async (_, templates) =>
      templates.emailChangeReverted({ email, displayName }, reset),
    );
  }

  async function takeBack(
    tx: EntityManager,
    context: WriteContext,
    { token, account }: { token: AccountToken; account: User },
  ): Promise<void> {
    const { now } = context;
    const { id } = account;
    const since = token.createdAt;
    account.email = token.email;
    account.emailVerifiedAt = now;
    // An e-mail that was vouched for alone is proved by the new password, whose link is mailed along.
    account.emailProvedAt = token.emailProvedAt ?? null;
    account.passwordHash = token.passwordHash ?? null;
    account.credentialVersion += 1;
    recorder.record(tx, context, { type: 'account.email_change_reverted', actorId: id, subjectId: id });
    await flushEmail(tx);
    await removeCredentials(tx, context, account, since);
    await sessions.endAll(tx, context, id, { reason: 'revoked' });
    await endTokensOf(tx, now, id);
    await endInvitationsOf(tx, now, id);
    // Later changes cannot bring this one back.
    await endTokens(tx, now, { user: id, purpose: 'email-revert', createdAt: { $gte: since } });
    publishEvent(tx, { kind: 'account-changed', userId: id });
  }

  return { request, confirm, revert };
}

/** @throws CONFLICT if another account has the e-mail that an account was just given. */
async function flushEmail(tx: EntityManager): Promise<void> {
  try {
    await tx.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new AppError('CONFLICT', 'Another account has this e-mail address by now: choose a different one.');
  }
}
