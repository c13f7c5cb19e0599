import { principalOf } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import { requireDeliverable } from '../sign-in/delivery.ts';
import type { SignInField } from '../sign-in/sign-in-field.ts';
import type { ExternalIdentities } from './external-identities.service.ts';
import type { ExternalLogins } from './external-logins.service.ts';

export interface ExternalLoginResolversDeps {
  readonly externalIdentities: ExternalIdentities;
  readonly externalLogins: ExternalLogins;
  readonly signInField: Pick<SignInField, 'signIn'>;
}

/** Signs in with providers, and removes their identities. */
export const createExternalLoginResolvers = ({
  externalIdentities,
  externalLogins,
  signInField,
}: ExternalLoginResolversDeps): Resolvers => ({
  Query: {
    identityProviders: () => externalLogins.list().map(({ name, displayName }) => ({ name, displayName })),
  },
  Mutation: {
    beginExternalLogin: (_, { provider, returnTo, delivery: asked, link, fresh }, context) => {
      const delivery = asked ?? 'BODY';
      requireDeliverable(delivery, context.cookies);
      return externalLogins.begin(context, { provider, returnTo, delivery, link, fresh });
    },
    completeExternalLogin: async (_, { code, state, iss, handle }, context, info) => {
      const parameters = { code, state, ...(iss == null ? {} : { iss }) };
      const request = await externalLogins.complete(context, parameters, handle ?? '');
      return signInField.signIn(context, info, { ...request, delivery: 'BODY' });
    },
    unlinkExternalIdentity: async (_, { id }, context, info) => {
      await externalIdentities.unlink(context, requireWholeUserId(principalOf(info)), id);
      return true;
    },
  },
  User: {
    externalIdentities: ({ id }, _, context) => externalIdentities.list(context, id),
  },
});
