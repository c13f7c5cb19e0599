import type { Resolvers } from '../../generated/resolvers.ts';
import { requireDeliverable } from '../sign-in/delivery.ts';
import type { SignInField } from '../sign-in/sign-in-field.ts';
import type { EmailCodes } from './email-codes.service.ts';
import { emailLoginSeconds } from './email-login-store.ts';

export interface EmailCodeResolversDeps {
  readonly emailCodes: EmailCodes;
  readonly signInField: Pick<SignInField, 'signIn'>;
}

/** Signs in by the code or the link of a mail. */
export const createEmailCodeResolvers = ({ emailCodes, signInField }: EmailCodeResolversDeps): Resolvers => ({
  Mutation: {
    beginEmailLogin: async (_, { email, delivery }, context) => {
      requireDeliverable(delivery ?? 'BODY', context.cookies);
      const { handle } = await emailCodes.begin(context, email);
      if (delivery !== 'COOKIE') return { handle, expiresIn: emailLoginSeconds };
      context.cookies.set('email-login', handle, emailLoginSeconds);
      return { handle: null, expiresIn: emailLoginSeconds };
    },
    finishEmailLogin: async (_, { input }, context, info) => {
      const { code, token, device, deviceToken } = input;
      const delivery = input.delivery ?? 'BODY';
      requireDeliverable(delivery, context.cookies);
      const kept = context.cookies.get('email-login');
      const user = await emailCodes.prove(context, { handle: input.handle ?? kept, code, token });
      if (kept !== undefined) context.cookies.clear('email-login');
      return signInField.signIn(context, info, {
        user,
        methods: ['EMAIL'],
        device,
        deviceToken: deviceToken ?? context.cookies.get('device'),
        delivery,
      });
    },
  },
});
