import type { GraphQLResolveInfo } from 'graphql';
import { principalOf, rebindPrincipal } from '../../authorization/index.ts';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { RequestScope } from '../../request.ts';
import { requireWholeUserId } from '../../users/require-user.ts';
import { deliver, deliveryOf, requireDeliverable, type DeliveredTokens, type Delivery } from '../sessions/delivery.ts';
import { principalOfTokens } from '../sessions/session-principal.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { NewSession } from '../sessions/start-session.ts';
import { lifetimeSeconds } from './account-tokens.ts';
import type { Accounts } from './accounts.service.ts';
import type { Invitations } from './invitations.service.ts';
import type { Registration } from './registration.service.ts';
import type { Verification } from './verification.service.ts';

export interface AccountResolversDeps {
  readonly accounts: Accounts;
  readonly registration: Registration;
  readonly verification: Verification;
  readonly invitations: Invitations;
  readonly sessions: Sessions;
}

/** The ways into an account that sign it in. */
export function createAccountResolvers(deps: AccountResolversDeps): Resolvers {
  const { accounts, invitations, registration, sessions, verification } = deps;

  async function signIn(
    scope: RequestScope,
    info: GraphQLResolveInfo,
    session: NewSession,
    delivery: Delivery,
    deviceToken: string | null | undefined = scope.cookies.get('device'),
  ): Promise<DeliveredTokens> {
    const tokens = await sessions.start(scope, session);
    rebindPrincipal(info, principalOfTokens(tokens));
    return deliver(tokens, delivery, scope.cookies, accounts.deviceTokenOf(session.user, deviceToken));
  }

  return {
    Mutation: {
      register: async (_, { input }, scope, info) => {
        const delivery = input.delivery ?? 'BODY';
        requireDeliverable(delivery, scope.cookies);
        const user = await registration.register(scope, input);
        if (user === null) return { expiresIn: lifetimeSeconds.registration };
        verification.welcome(scope, user.id);
        return signIn(scope, info, { user, methods: ['PASSWORD'] }, delivery);
      },
      login: async (_, { input }, scope, info) => {
        const delivery = input.delivery ?? 'BODY';
        requireDeliverable(delivery, scope.cookies);
        const { email, password, scopes, device, deviceToken = scope.cookies.get('device') } = input;
        const user = await accounts.authenticate(scope, { email, password, deviceToken });
        return signIn(scope, info, { user, methods: ['PASSWORD'], scopes, device }, delivery, deviceToken);
      },
      changePassword: async (_, { currentPassword, newPassword }, scope, info) => {
        const user = await accounts.changePassword(
          scope,
          requireWholeUserId(principalOf(info)),
          currentPassword,
          newPassword,
        );
        return signIn(scope, info, { user, methods: ['PASSWORD'] }, deliveryOf(scope));
      },
      acceptInvitation: async (_, { input }, scope, info) => {
        const delivery = input.delivery ?? 'BODY';
        requireDeliverable(delivery, scope.cookies);
        const user = await invitations.accept(scope, input);
        return signIn(scope, info, { user, methods: ['INVITATION'] }, delivery);
      },
    },
    LoginResult: { __resolveType: (result) => ('session' in result ? 'AuthTokens' : 'ConfirmationSent') },
  };
}
