import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import { sessionIdOf } from '../sessions/session-principal.ts';
import { deliveryOf, requireDeliverable } from '../sign-in/delivery.ts';
import type { SignInField } from '../sign-in/sign-in-field.ts';
import type { SignIn } from '../sign-in/sign-in.service.ts';
import type { ChangePassword } from './change-password.ts';
import type { Invitations } from './invitations.service.ts';
import type { Registration } from './registration.service.ts';
import { lifetimeSeconds } from './single-use-tokens.ts';
import type { Verification } from './verification.service.ts';

export interface AccountResolversDeps {
  readonly changePassword: ChangePassword;
  readonly registration: Registration;
  readonly verification: Verification;
  readonly invitations: Invitations;
  readonly signIn: Pick<SignIn, 'replace'>;
  readonly signInField: SignInField;
}

/** Makes accounts and changes passwords; each of these signs the user in. */
export const createAccountResolvers = (deps: AccountResolversDeps): Resolvers => ({
  Mutation: {
    register: async (_, { input }, context, info) => {
      const delivery = input.delivery ?? 'BODY';
      requireDeliverable(delivery, context.cookies);
      const user = await deps.registration.register(context, input);
      if (user === null) return { expiresIn: lifetimeSeconds.registration };
      deps.verification.welcome(context, user.id);
      return deps.signInField.signIn(context, info, { user, methods: ['PASSWORD'], delivery });
    },
    changePassword: async (_, { currentPassword: current, newPassword: replacement, revokeApiKeys }, context, info) => {
      const principal = principalOf(info);
      const userId = requireWholeUserId(principal);
      const change = { current, replacement, revokeApiKeys };
      const user = await deps.changePassword(context, userId, change);
      const request = { user, methods: ['PASSWORD'], delivery: deliveryOf(context) } as const;
      return deps.signInField.deliver(
        context,
        info,
        await deps.signIn.replace(context, request, sessionIdOf(principal)),
      );
    },
    acceptInvitation: async (_, { input }, context, info) => {
      const delivery = input.delivery ?? 'BODY';
      requireDeliverable(delivery, context.cookies);
      const user = await deps.invitations.accept(context, input);
      return deps.signInField.signIn(context, info, { user, methods: ['INVITATION'], delivery });
    },
  },
});
