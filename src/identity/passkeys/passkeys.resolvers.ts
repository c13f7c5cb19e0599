import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import { ownUserId } from '../../users/user.policy.ts';
import { requireDeliverable } from '../sign-in/delivery.ts';
import type { SignInField } from '../sign-in/sign-in-field.ts';
import type { Passkeys } from './passkeys.service.ts';

export interface PasskeyResolversDeps {
  readonly passkeys: Passkeys;
  readonly signInField: Pick<SignInField, 'signInWithoutChallenge'>;
}

/** Registers passkeys and signs in by them. */
export const createPasskeyResolvers = ({ passkeys, signInField }: PasskeyResolversDeps): Resolvers => ({
  Mutation: {
    beginPasskeyRegistration: (_, __, context, info) =>
      passkeys.beginRegistration(context, requireWholeUserId(principalOf(info))),
    finishPasskeyRegistration: (_, { response, name }, context, info) =>
      passkeys.finishRegistration(context, requireWholeUserId(principalOf(info)), response, name),
    renamePasskey: (_, { id, name }, context, info) =>
      passkeys.rename(context, requireWholeUserId(principalOf(info)), id, name),
    removePasskey: async (_, { id }, context, info) => {
      await passkeys.remove(context, requireWholeUserId(principalOf(info)), id);
      return true;
    },
    beginPasskeyLogin: (_, __, context) => passkeys.beginSignIn(context, ownUserId(context.principal)),
    finishPasskeyLogin: async (_, { response, delivery: asked }, context, info) => {
      const delivery = asked ?? 'BODY';
      requireDeliverable(delivery, context.cookies);
      const request = { ...(await passkeys.prove(context, response)), delivery };
      return signInField.signInWithoutChallenge(context, info, request);
    },
  },
  User: {
    passkeys: ({ id }, _, context) => passkeys.list(context, id),
    passkeySignals: (user, _, context) => passkeys.signals(context, user),
  },
});
