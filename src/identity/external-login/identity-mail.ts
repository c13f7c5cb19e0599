import { User } from '../../users/user.entity.ts';
import type { AccountMail } from '../accounts/account-mail.ts';

/** Tells the owner of an account that a provider's identity was linked or removed, after the answer. */
export type IdentityMail = (kind: 'identityLinked' | 'identityUnlinked', userId: string, provider: string) => void;

const kindNames = { identityLinked: 'identity-linked', identityUnlinked: 'identity-unlinked' } as const;

export const createIdentityMail =
  ({ send }: Pick<AccountMail, 'send'>): IdentityMail =>
  (kind, userId, provider) =>
    void send(kindNames[kind], async (em, templates) => {
      const user = await em.findOne(User, { id: userId, closedAt: null });
      return user === null ? null : templates[kind](user, provider);
    });
