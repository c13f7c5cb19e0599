import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppError } from '../../errors.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { isUnchangedSince } from '../../users/unchanged-since.ts';
import { User } from '../../users/user.entity.ts';
import type { AccountMail } from './account-mail.ts';
import { endTokens, endTokensOf, invalidToken, isExhausted, issueToken } from './account-tokens.ts';
import { lockAccount } from './lock-account.ts';
import type { Confirm } from './verification.service.ts';

export type EmailChange = ReturnType<typeof createEmailChange>;

/** Another address for an account: it takes effect when the new one is proven, and the old one is told of each step. */
export function createEmailChange({ mail, recorder }: { mail: AccountMail; recorder: Recorder }) {
  /**
   * Sends a link to the new address, three an hour for an account; the last one counts. Whether the new address has an
   * account already is told to its mailbox alone.
   * @throws SERVICE_UNAVAILABLE where no mail can be sent.
   */
  async function request(scope: RequestScope, userId: string, email: string): Promise<void> {
    const { now } = scope;
    await mail.require('email-change', (em, letters) =>
      em.transactional(async (tx) => {
        const user = await lockAccount(tx, { id: userId, email: { $ne: email } });
        if (user === null || !isUnchangedSince(user, scope.principal)) return null;
        if (await isExhausted(tx, now, { user: userId, purpose: 'email-change' })) return null;
        await endTokens(tx, now, { user: userId, purpose: 'email-change' });
        const { text: token } = await issueToken(tx, now, { purpose: 'email-change', email, user });
        recorder.record(tx, scope, { type: 'account.email_change_requested', subjectId: userId });
        const { email: present, displayName } = user;
        mail.send('email-change-notice', async (_, { emailChangeNotice }) =>
          emailChangeNotice({ email: present, displayName }),
        );
        const isTaken = (await tx.count(User, { email })) > 0;
        return isTaken ? letters.takenAddress({ email }) : letters.emailChange({ email, displayName }, token);
      }),
    );
  }

  /** @throws CONFLICT where the address has got an account in the meantime. */
  const confirm: Confirm = async (tx, { token, account }, scope) => {
    if (account === null) throw invalidToken('token');
    const { email: former, displayName } = account;
    account.email = token.email;
    account.emailVerifiedAt = scope.now;
    recorder.record(tx, scope, { type: 'account.email_changed', actorId: account.id, subjectId: account.id });
    try {
      await tx.flush();
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new AppError('CONFLICT', 'This address has an account by now.');
    }
    await endTokensOf(tx, scope.now, account.id);
    return () =>
      void mail.send('email-changed', async (_, letters) => letters.emailChanged({ email: former, displayName }));
  };

  return { request, confirm };
}
