import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireUserId, requireWholeUserId } from '../../users/require-user.ts';
import { clearCookies } from '../sessions/clear-cookies.ts';
import type { RequireProof } from '../sign-in/require-proof.ts';
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
  readonly requireProof: RequireProof;
  readonly verification: Verification;
}

/** Changes an account by the mailbox of its owner, and closes it. */
export const createAccountChangesResolvers = (deps: AccountChangesResolversDeps): Resolvers => ({
  Mutation: {
    requestEmailVerification: async (_, __, context, info) => {
      await deps.verification.request(context, requireUserId(principalOf(info)));
      return true;
    },
    verifyEmail: async (_, { token, password }, context, info) => {
      await deps.verification.verify(context, principalOf(info), token, password);
      return true;
    },
    requestPasswordReset: async (_, { email }, context) => {
      await deps.passwordReset.request(context, email);
      return true;
    },
    resetPassword: async (_, { token, newPassword, revokeApiKeys }, context) => {
      await deps.passwordReset.reset(context, token, { newPassword, revokeApiKeys });
      return true;
    },
    requestEmailChange: async (_, { newEmail, password, code }, context, info) => {
      const userId = requireWholeUserId(principalOf(info));
      await deps.requireProof(context, context.principal, { password, code });
      await deps.emailChange.request(context, userId, newEmail);
      return true;
    },
    revertEmailChange: async (_, { token }, context) => {
      await deps.emailChange.revert(context, token);
      return true;
    },
    closeAccount: async (_, __, context, info) => {
      await deps.closing.close(context, requireWholeUserId(principalOf(info)));
      clearCookies(context);
      return true;
    },
    inviteUser: async (_, { input }, context, info) => {
      await deps.invitations.invite(context, principalOf(info), input);
      return true;
    },
  },
  User: {
    email: ({ email, closedAt }) => (closedAt == null ? email : null),
  },
});
