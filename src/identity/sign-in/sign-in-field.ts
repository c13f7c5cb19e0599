import type { GraphQLResolveInfo } from 'graphql';
import { rebindPrincipal } from '../../authorization/index.ts';
import type { RequestContext } from '../../request/context.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import { sessionPrincipal } from '../sessions/session-principal.ts';
import { deliver, type DeliverableTokens, type DeliveredTokens, type Delivery } from './delivery.ts';
import type { FactorList } from './factor-list.ts';
import type { ChallengeToAnswer, SignIn, SignInRequest, TokensOfSignIn } from './sign-in.service.ts';

export interface SignInFieldDeps {
  readonly factors: FactorList;
  readonly signIn: SignIn;
}

/**
 * Answers sign-in mutations: what is selected below them is judged by the rights of the user who has just signed in.
 */
export interface SignInField {
  /** Signs in a user whom a door has verified, or answers a challenge. */
  readonly signIn: (
    context: RequestContext,
    info: GraphQLResolveInfo,
    request: SignInRequest & { readonly delivery: Delivery },
  ) => Promise<DeliveredTokens | ChallengeToAnswer>;
  /** Signs in a user who has proved both factors at once. */
  readonly signInWithoutChallenge: (
    context: RequestContext,
    info: GraphQLResolveInfo,
    request: SignInRequest & { readonly delivery: Delivery },
  ) => Promise<DeliveredTokens>;
  /** Delivers tokens of a sign-in that is complete. */
  readonly deliver: (context: RequestContext, info: GraphQLResolveInfo, result: TokensOfSignIn) => DeliveredTokens;
  /** Delivers tokens of a session that goes on. */
  readonly deliverTokens: (
    context: RequestContext,
    info: GraphQLResolveInfo,
    tokens: DeliverableTokens,
    delivery: Delivery,
  ) => DeliveredTokens;
}

export function createSignInField({ factors, signIn }: SignInFieldDeps): SignInField {
  const deliverTokens: SignInField['deliverTokens'] = (context, info, tokens, delivery) => {
    become(context, info, tokens);
    return deliver(tokens, delivery, context.cookies);
  };

  const deliverResult: SignInField['deliver'] = (context, info, { tokens, deviceToken, delivery }) => {
    become(context, info, tokens);
    return deliver(tokens, delivery, context.cookies, deviceToken);
  };

  /** Lets the rest of the operation be of the user who has just signed in. */
  function become(context: RequestContext, info: GraphQLResolveInfo, tokens: DeliverableTokens): void {
    const principal = principalOf(context, tokens);
    rebindPrincipal(info, principal);
    context.actAs(principal);
  }

  /** Describes the user who has just signed in, for all that is selected below the sign-in. */
  const principalOf = (
    { principal }: RequestContext,
    { user, session, rights }: DeliverableTokens,
  ): RequestPrincipal => ({
    ...sessionPrincipal(user.id, session.id, rights, {
      authenticatedAt: session.authenticatedAt,
      mfaAt: session.mfaAt ?? null,
      credentialVersion: user.credentialVersion,
      hasFactor: factors.hasFactor(user),
      isNarrowed: session.scopes != null,
    }),
    networks: principal.networks,
  });

  return {
    async signInWithoutChallenge(context, info, request) {
      const { deviceToken = context.cookies.get('device') } = request;
      return deliverResult(context, info, await signIn.signInWithoutChallenge(context, { ...request, deviceToken }));
    },
    deliver: deliverResult,
    deliverTokens,
    async signIn(context, info, request) {
      const { deviceToken = context.cookies.get('device') } = request;
      const result = await signIn.signIn(context, { ...request, deviceToken });
      return result.kind === 'tokens' ? deliverResult(context, info, result) : result.challenge;
    },
  };
}
