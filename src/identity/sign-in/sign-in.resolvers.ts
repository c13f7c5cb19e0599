import { principalOf } from '../../authorization/index.ts';
import { AppError } from '../../errors.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import { sessionIdOf } from '../sessions/session-principal.ts';
import { sessionById } from '../sessions/sessions.resolvers.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { deliveryOf, requireDeliverable } from './delivery.ts';
import type { DeviceTrust } from './device-trust.ts';
import type { FactorList } from './factor-list.ts';
import { hasPassword } from './has-password.ts';
import type { ProveAccount } from './passwords/prove-account.ts';
import type { Reauthenticate } from './reauthenticate.ts';
import type { SignInField } from './sign-in-field.ts';
import type { SignIn } from './sign-in.service.ts';

export interface SignInResolversDeps {
  readonly deviceTrust: DeviceTrust;
  readonly factors: FactorList;
  readonly proveAccount: ProveAccount;
  readonly reauthenticate: Reauthenticate;
  readonly sessions: Pick<Sessions, 'refresh'>;
  readonly signIn: SignIn;
  readonly signInField: SignInField;
}

/** Signs in by a password and a second factor, proves a user once more, and renews what a sign-in gave. */
export const createSignInResolvers = (deps: SignInResolversDeps): Resolvers => ({
  Mutation: {
    login: async (_, { input }, context, info) => {
      const delivery = input.delivery ?? 'BODY';
      requireDeliverable(delivery, context.cookies);
      const { email, password, scopes, device, deviceToken = context.cookies.get('device') } = input;
      const { user } = await deps.proveAccount(context, { email, password, deviceToken });
      const request = { user, methods: ['PASSWORD'], scopes, device, deviceToken, delivery } as const;
      return deps.signInField.signIn(context, info, request);
    },
    completeMfa: async (_, { input }, context, info) =>
      deps.signInField.deliver(context, info, await deps.signIn.complete(context, input)),
    reauthenticate: async (_, { input }, context, info) => {
      const tokens = await deps.reauthenticate(context, context.principal, input);
      return deps.signInField.deliverTokens(context, info, tokens, deliveryOf(context));
    },
    refresh: async (_, { refreshToken }, context, info) => {
      const presented = refreshToken ?? context.cookies.get('refresh');
      if (presented === undefined) {
        throw new AppError('INVALID_GRANT', 'There is no refresh token: give `refreshToken`, or send the cookie.');
      }
      const tokens = await deps.sessions.refresh(context, presented);
      return deps.signInField.deliverTokens(context, info, tokens, refreshToken == null ? 'COOKIE' : 'BODY');
    },
    revokeTrustedDevice: async (_, { id }, context, info) => {
      await deps.deviceTrust.revoke(context, requireWholeUserId(principalOf(info)), id);
      return true;
    },
  },
  LoginResult: {
    __resolveType: (result) =>
      'session' in result ? 'AuthTokens' : 'challenge' in result ? 'MfaChallenge' : 'ConfirmationSent',
  },
  TrustedDevice: {
    current: async ({ deviceId }, _, { rows }, info) => {
      const sessionId = sessionIdOf(principalOf(info));
      const session = sessionId === undefined ? null : await sessionById(rows, sessionId);
      return session?.deviceId === deviceId;
    },
  },
  User: {
    hasPassword: ({ id }, _, context) => hasPassword(context, id),
    mfaEnabled: (user) => deps.factors.hasFactor(user),
    secondFactors: (user) => deps.factors.enrolled(user).map(({ method }) => method),
    trustedDevices: (user, _, context) => deps.deviceTrust.list(context, user),
  },
});
