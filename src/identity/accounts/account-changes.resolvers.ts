import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireUserId, requireWholeUserId } from '../../users/require-user.ts';
import { clearCookies } from '../sessions/delivery.ts';
import type { Closing } from './closing.service.ts';
import type { EmailChange } from './email-change.service.ts';
import type { Invitations } from './invitations.service.ts';
import type { PasswordReset } from './password-reset.service.ts';
import type { Verification } from './verification.service.ts';

export interface AccountChangesResolversDeps {
  readonly closing: Closing;
  readonly emailChange: EmailChange;
  readonly invitations: Invitations;
  readonly passwordReset: PasswordReset;
  readonly verification: Verification;
}

/** What becomes of an account by its owner's mailbox, and its end. */
export const createAccountChangesResolvers = (deps: AccountChangesResolversDeps): Resolvers => ({
  Mutation: {
    requestEmailVerification: async (_, __, scope, info) => {
      await deps.verification.request(scope, requireUserId(principalOf(info)));
      return true;
    },
    verifyEmail: async (_, { token, password }, scope, info) => {
      await deps.verification.verify(scope, principalOf(info), token, password);
      return true;
    },
    requestPasswordReset: async (_, { email }, scope) => {
      await deps.passwordReset.request(scope, email);
      return true;
    },
    resetPassword: async (_, { token, newPassword }, scope) => {
      await deps.passwordReset.reset(scope, token, newPassword);
      return true;
    },
    requestEmailChange: async (_, { newEmail }, scope, info) => {
      await deps.emailChange.request(scope, requireWholeUserId(principalOf(info)), newEmail);
      return true;
    },
    closeAccount: async (_, __, scope, info) => {
      await deps.closing.close(scope, requireWholeUserId(principalOf(info)));
      clearCookies(scope);
      return true;
    },
    inviteUser: async (_, { input }, scope, info) => {
      await deps.invitations.invite(scope, principalOf(info), input);
      return true;
    },
  },
  User: {
    email: ({ email, closedAt }) => (closedAt == null ? email : null),
  },
});
