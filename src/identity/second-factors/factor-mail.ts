import { User } from '../../users/user.entity.ts';
import type { AccountMail } from '../accounts/account-mail.ts';
import type { MailTemplates } from '../accounts/mail-templates.ts';

export type FactorMailKind = keyof Pick<
  MailTemplates,
  'factorEnrolled' | 'factorRemoved' | 'factorReplaced' | 'recoveryCodeUsed' | 'recoveryCodesRenewed'
>;

/** Tells the owner of an account what happened to its second factors, after the answer. */
export type FactorMail = (kind: FactorMailKind, userId: string) => void;

export const createFactorMail =
  ({ send }: Pick<AccountMail, 'send'>): FactorMail =>
  (kind, userId) =>
    void send(kindName(kind), async (em, templates) => {
      const user = await em.findOne(User, { id: userId, closedAt: null });
      return user === null ? null : templates[kind](user);
    });

/** Names a mail as the log does: in lower case, with hyphens. */
const kindName = (kind: string): string => kind.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
