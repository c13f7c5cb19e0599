import type { Recorder } from '../../audit/record.ts';
import { AppError, badInput } from '../../errors.ts';
import { setChallengeCookie } from '../../request/challenge-cookie.ts';
import type { RequestContext } from '../../request/context.ts';
import { ownUserId } from '../../users/user.policy.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { deliver, type Delivery } from '../sign-in/delivery.ts';
import type { ChallengeToAnswer, SignIn, SignInRequest } from '../sign-in/sign-in.service.ts';
import { type AccountOfIdentityDeps, createAccountOfIdentity } from './account-of-identity.ts';
import {
  consumeExternalLogin,
  createLoginSecrets,
  invalidExternalLogin,
  externalLoginSeconds,
  findExternalLogin,
  isBegunBy,
  issueExternalLogin,
  newHolderSecret,
  newState,
} from './external-login-store.ts';
import type { IdentityMail } from './identity-mail.ts';
import { linkingOf } from './linking.ts';
import type { PendingExternalLogin } from './pending-external-login.entity.ts';
import { requireAskedProof } from './proved-at.ts';
import { problemOf } from './provider-error.ts';
import type { CallbackParameters, Provider } from './provider.ts';

export interface ExternalLoginsDeps extends AccountOfIdentityDeps {
  readonly identityMail: IdentityMail;
  /** The URLs of pages of our own, to which every provider may lead back, with whatever query. */
  readonly ownPages: readonly string[];
  readonly providers: readonly Provider[];
  readonly recorder: Recorder;
  readonly rootKey: Uint8Array;
  readonly sessions: Pick<Sessions, 'end' | 'findByRefreshToken'>;
  readonly signIn: Pick<SignIn, 'signIn'>;
}

export interface BeginRequest {
  readonly provider: string;
  readonly returnTo: string | null | undefined;
  readonly delivery: Delivery;
  readonly link: boolean | null | undefined;
  /** Asks the provider for a proof; a link asks for one in any case. */
  readonly fresh: boolean | null | undefined;
}

export type ExternalLogins = ReturnType<typeof createExternalLogins>;

/**
 * The answer to a client that begins a sign-in. The handle is never in a URL, and is null if a cookie takes its place.
 */
export interface BegunExternalLogin {
  readonly authorizationUrl: string;
  readonly state: string;
  readonly handle: string | null;
}

/**
 * Signs in with providers: by the callback, in the browser where it was begun, or for a client that catches the
 * redirect.
 */
export function createExternalLogins(deps: ExternalLoginsDeps) {
  const { identityMail, ownPages, providers, recorder, rootKey, sessions, signIn } = deps;
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const secretsOf = createLoginSecrets(rootKey);
  const accountOfIdentity = createAccountOfIdentity(deps);

  const isOwnPage = (url: string): boolean => ownPages.includes(url.split('?', 1)[0] ?? '');

  /**
   * Begins a sign-in, or a link to the account of the caller.
   * @throws BAD_USER_INPUT for an unknown provider or return URL; SERVICE_UNAVAILABLE if the provider does not answer;
   * REAUTHENTICATION_REQUIRED or MFA_REQUIRED for a link if the caller's sign-in is not recent.
   */
  async function begin(
    context: RequestContext,
    { provider: name, returnTo, delivery, link, fresh }: BeginRequest,
  ): Promise<BegunExternalLogin> {
    const provider = byName.get(name);
    if (provider === undefined)
      throw badInput('provider', 'unknown', '`provider` must be one that `identityProviders` lists.');
    const returnUrl = returnTo ?? provider.returnTo[0];
    if (!provider.returnTo.includes(returnUrl) && !isOwnPage(returnUrl))
      throw badInput(
        'returnTo',
        'not_listed',
        '`returnTo` must be exactly one of the URLs that OIDC_PROVIDERS lists for it.',
      );
    const linking = linkingOf(context, link);
    const isProofAsked = fresh === true || linking.user !== null;
    const state = newState();
    const holderSecret = delivery === 'COOKIE' ? secretOfBrowser(context) : newHolderSecret();
    const authorizationUrl = await provider.authorizationUrl(state, {
      ...secretsOf(state, holderSecret),
      isProofAsked,
    });
    if (delivery === 'COOKIE') context.cookies.set('external-login', holderSecret, externalLoginSeconds);
    await issueExternalLogin(context, {
      state,
      holderSecret,
      provider: name,
      delivery,
      returnTo: returnUrl,
      isProofAsked,
      ...linking,
    });
    return { authorizationUrl, state, handle: delivery === 'COOKIE' ? null : holderSecret };
  }

  /**
   * Ends a sign-in whose client has caught the redirect itself. Who else has seen the redirect has no handle.
   * @throws INVALID_GRANT if it is over, was begun by another client or for the callback, or if the provider's answer
   * is not accepted; REAUTHENTICATION_REQUIRED if it tells of no proof, and one was asked for; what `begin` and the
   * account's own rules refuse.
   */
  async function complete(
    context: RequestContext,
    parameters: CallbackParameters,
    handle: string,
  ): Promise<SignInRequest> {
    const login = await findExternalLogin(context.em, parameters.state ?? '');
    if (login?.delivery !== 'BODY') throw await noted(context, null, invalidExternalLogin());
    const isLinkOfAnother = login.user != null && login.user.id !== ownUserId(context.principal);
    if (!isBegunBy(login, handle) || isLinkOfAnother) throw await noted(context, login, invalidExternalLogin());
    return { ...(await prove(context, login, parameters, handle)), delivery: 'BODY' };
  }

  /**
   * Answers a person who comes back from a provider by the URL to go to. Tokens are in cookies then; a challenge is
   * in the fragment, which goes to no server, or, for a page of our own, in a cookie. An error is `error`, one of our
   * codes.
   * @throws INVALID_GRANT if the state belongs to no sign-in: there is no URL to return to.
   */
  async function answerCallback(
    context: RequestContext,
    name: string,
    parameters: CallbackParameters,
  ): Promise<string> {
    const login = await findExternalLogin(context.em, parameters.state ?? '');
    if (login?.provider !== name) throw await noted(context, null, invalidExternalLogin());
    const { returnTo, delivery } = login;
    if (delivery === 'BODY') return handOver(returnTo, parameters);
    try {
      const browserSecret = context.cookies.get('external-login') ?? '';
      if (!isBegunBy(login, browserSecret)) throw await noted(context, login, invalidExternalLogin());
      const request = await prove(context, login, parameters, browserSecret);
      if (login.user != null) return returnTo;
      const result = await signIn.signIn(context, { ...request, deviceToken: context.cookies.get('device'), delivery });
      if (result.kind === 'tokens') {
        await endFormer(context);
        deliver(result.tokens, 'COOKIE', context.cookies, result.deviceToken);
        return returnTo;
      }
      if (!isOwnPage(returnTo)) return `${returnTo}#${fragmentOf(result.challenge)}`;
      setChallengeCookie(context.cookies, result.challenge, result.challenge.expiresIn);
      return withParameters(returnTo, { step: 'factor' });
    } catch (error) {
      if (error instanceof AppError) return withParameters(returnTo, { error: error.code });
      throw error;
    }
  }

  /**
   * Ends the session that the browser had: its cookies go, and a credential of another site's request it is not here.
   */
  async function endFormer(context: RequestContext): Promise<void> {
    const refreshToken = context.cookies.get('refresh');
    const former = refreshToken === undefined ? null : await sessions.findByRefreshToken(context.em, refreshToken);
    if (former !== null) await sessions.end(context, former.id, 'replaced');
  }

  /** Uses the sign-in up, then asks the provider, outside of any transaction; returns the user whom it proves. */
  async function prove(
    context: RequestContext,
    login: PendingExternalLogin,
    parameters: CallbackParameters,
    holderSecret: string,
  ): Promise<SignInRequest> {
    try {
      const provider = byName.get(login.provider);
      if (provider === undefined) throw invalidExternalLogin();
      await consumeExternalLogin(context, login);
      const state = parameters.state ?? '';
      const profile = await provider.redeem({ state, parameters, ...secretsOf(state, holderSecret) });
      requireAskedProof({ provider, profile, login });
      const { user, isLinked, authenticatedAt } = await context.em.transactional((tx) =>
        accountOfIdentity(tx, context, { provider, profile, login }),
      );
      if (isLinked && login.user != null) identityMail('identityLinked', user.id, provider.displayName);
      return { user, methods: ['EXTERNAL'], authenticatedAt };
    } catch (error) {
      throw await noted(context, login, error);
    }
  }

  /** Records a refusal, and returns it to be thrown. */
  async function noted(context: RequestContext, login: PendingExternalLogin | null, error: unknown): Promise<unknown> {
    if (error instanceof AppError) {
      await recorder.note(context, {
        type: 'session.start_failed',
        outcome: 'FAILURE',
        subjectId: login?.user?.id ?? null,
        details: { method: 'EXTERNAL', provider: login?.provider ?? null, ...reasonOf(error) },
      });
    }
    return error;
  }

  return { begin, complete, answerCallback, list: () => providers };
}

/** Returns the secret that the browser's cookie is to hold: the same in all of its tabs. */
function secretOfBrowser({ cookies }: RequestContext): string {
  const kept = cookies.get('external-login');
  return kept !== undefined && /^[\w-]{43}$/.test(kept) ? kept : newHolderSecret();
}

/** Hands the provider's answer to a client that completes the sign-in itself; of an error only that there was one. */
const handOver = (returnTo: string, { code, state, iss, error }: CallbackParameters): string =>
  withParameters(returnTo, error === undefined ? { code, state, iss } : { error: 'FORBIDDEN', state });

/** Writes a challenge as the fragment of a URL. */
const fragmentOf = ({ challenge, methods, expiresIn, passkeyOptions }: ChallengeToAnswer): string =>
  new URLSearchParams({
    challenge,
    methods: methods.join(','),
    expiresIn: String(expiresIn),
    ...(passkeyOptions == null ? {} : { passkeyOptions: JSON.stringify(passkeyOptions) }),
  }).toString();

function withParameters(returnUrl: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Names for the audit log what was refused: of a provider's answer also the check of the library that failed. */
function reasonOf({ code, options: { cause } }: AppError): { reason: string; check?: string } {
  if (cause === undefined) return { reason: code };
  const check = (cause as { code?: unknown }).code;
  return { reason: problemOf(cause), ...(typeof check === 'string' && check.startsWith('OAUTH_') ? { check } : {}) };
}
