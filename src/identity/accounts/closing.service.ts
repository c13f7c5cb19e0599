import type { Recorder, WriteContext } from '../../audit/record.ts';
import type { PublishEvent } from '../../events/open-events.ts';
import { closedDomain } from '../../users/email.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { RemoveAllCredentials } from '../sign-in/remove-credentials.ts';
import type { AccountMail } from './account-mail.ts';
import { AccountToken } from './account-token.entity.ts';
import { changeUser } from './change-user.ts';

export interface ClosingDeps {
  readonly publishEvent: PublishEvent;
  readonly recorder: Recorder;
  readonly mail: Pick<AccountMail, 'send'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly removeCredentialsOfClosed: RemoveAllCredentials;
}

export type Closing = ReturnType<typeof createClosing>;

const nameOfClosed = 'Closed account';

/** Closes accounts at the wish of their owners. */
export function createClosing({ publishEvent, mail, recorder, sessions, removeCredentialsOfClosed }: ClosingDeps) {
  /**
   * Removes everything of the person but an id, under which published work remains; the e-mail is free again.
   * @throws CONFLICT if no ADMIN would be left.
   */
  async function close(context: WriteContext, userId: string): Promise<void> {
    let email = '';
    await changeUser(context, userId, async (user, tx) => {
      email = user.email;
      Object.assign(user, {
        // A top-level domain that no mail ever reaches (RFC 6761 §6.4).
        email: user.id + closedDomain,
        emailVerifiedAt: null,
        emailProvedAt: null,
        displayName: nameOfClosed,
        roles: [],
        status: 'DISABLED',
        disabledReason: null,
        closedAt: context.now,
        passwordHash: null,
        credentialVersion: user.credentialVersion + 1,
      } satisfies Partial<typeof user>);
      recorder.record(tx, context, { type: 'account.closed', subjectId: user.id });
      await sessions.endAll(tx, context, user.id, { reason: 'closed' });
      await removeCredentialsOfClosed(tx, context, user);
      await tx.nativeDelete(AccountToken, { user: user.id });
      publishEvent(tx, { kind: 'account-changed', userId: user.id });
    });
    mail.send('account-closed', async (_, templates) => templates.accountClosed({ email }));
  }

  return { close };
}
