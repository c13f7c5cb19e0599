import type { User } from './user.entity.ts';

/** Tells whether a provider or another issuer says whose an e-mail is, and its owner has answered no mail of ours. */
export const isOnlyVouchedFor = ({
  emailProvedAt,
  emailVerifiedAt,
}: Pick<User, 'emailProvedAt' | 'emailVerifiedAt'>): boolean => emailVerifiedAt != null && emailProvedAt == null;
