import type { Announce } from '../../announcements/announce.ts';
import type { Recorder } from '../../record.ts';
import type { RequestScope } from '../../request.ts';
import { closedDomain } from '../../users/email.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { AccountMail } from './account-mail.ts';
import { AccountToken } from './account-token.entity.ts';
import { changeUser } from './change-user.ts';
import type { RemoveCredentials } from './password-reset.service.ts';

export interface ClosingDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
  readonly mail: Pick<AccountMail, 'send'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly removeCredentials: readonly RemoveCredentials[];
}

export type Closing = ReturnType<typeof createClosing>;

const nameOfClosed = 'Closed account';

/** The end of an account by its owner. */
export function createClosing({ announce, mail, recorder, sessions, removeCredentials }: ClosingDeps) {
  /**
   * Leaves nothing of the person but an id, under which what was published goes on to stand; the address is free again.
   * @throws CONFLICT where no ADMIN would be left.
   */
  async function close(scope: RequestScope, userId: string): Promise<void> {
    let address = '';
    await changeUser(scope, userId, async (user, tx) => {
      address = user.email;
      Object.assign(user, {
        // A top-level domain that no mail ever reaches (RFC 6761 §6.4).
        email: user.id + closedDomain,
        emailVerifiedAt: null,
        displayName: nameOfClosed,
        roles: [],
        status: 'DISABLED',
        disabledReason: null,
        closedAt: scope.now,
        passwordHash: null,
        credentialVersion: user.credentialVersion + 1,
      } satisfies Partial<typeof user>);
      recorder.record(tx, scope, { type: 'account.closed', subjectId: user.id });
      await sessions.endAll(tx, scope, user.id, { reason: 'closed' });
      for (const remove of removeCredentials) await remove(tx, scope, user.id);
      await tx.nativeDelete(AccountToken, { user: user.id });
      announce(tx, { kind: 'account-changed', userId: user.id });
    });
    mail.send('account-closed', async (_, letters) => letters.accountClosed({ email: address }));
  }

  return { close };
}
