import type { Recorder } from '../../audit/record.ts';
import type { Condition } from '../../database/insert-together.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireScopes } from '../../request/input.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { User } from '../../users/user.entity.ts';
import type { IssuedTokens } from '../sessions/issue-tokens.ts';
import { sessionIdOf } from '../sessions/session-principal.ts';
import { Session, type AuthMethod } from '../sessions/session.entity.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { deviceNameOf } from '../sessions/start-session.ts';
import {
  challengeSeconds,
  endOfChallenge,
  issueChallenge,
  takeChallenge,
  type TakenChallenge,
} from './challenge-store.ts';
import { requireDeliverable, type Delivery } from './delivery.ts';
import type { DeviceTokens, KnownDevice } from './device-token.ts';
import type { DeviceTrust } from './device-trust.ts';
import type { FactorList } from './factor-list.ts';
import type { FactorProofs, VerifyFactor } from './verify-factor.ts';

/** A user whose first factor a door has verified. */
export interface SignInRequest {
  readonly user: User;
  /** The methods by which the user was verified. */
  readonly methods: readonly AuthMethod[];
  /** Names in the claim `amr` that the proof told besides its method. */
  readonly furtherAmr?: readonly string[];
  /** True if these methods count as two factors by themselves, as a passkey with user verification does. */
  readonly isMultiFactor?: boolean;
  /** When the user proved who they are, if that was before this sign-in. */
  readonly authenticatedAt?: Date;
  /** Scopes to narrow the session to; absent, it holds all that the user's roles give. */
  readonly scopes?: readonly string[] | null | undefined;
  /** A name for the device, to show. */
  readonly device?: string | null | undefined;
  /** The device token that an earlier sign-in on this device answered. */
  readonly deviceToken?: string | null | undefined;
  /** The way in which the tokens are to come, at once or after the challenge. */
  readonly delivery?: Delivery;
}

/** The proof that is still missing before there is a session. */
export interface ChallengeToAnswer {
  readonly challenge: string;
  readonly methods: readonly AuthMethod[];
  readonly expiresIn: number;
  readonly passkeyOptions: unknown;
}

export interface TokensOfSignIn {
  readonly kind: 'tokens';
  readonly tokens: IssuedTokens;
  readonly deviceToken: string;
  readonly delivery: Delivery;
}

/** Tokens of a new session, or what is still to be proved before there is one. */
export type SignInResult = TokensOfSignIn | { readonly kind: 'challenge'; readonly challenge: ChallengeToAnswer };

export interface ChallengeAnswer extends FactorProofs {
  readonly challenge: string;
  /** True if the device spares the second factor from now on. */
  readonly trustDevice?: boolean | null | undefined;
}

export interface SignInDeps {
  readonly deviceTokens: DeviceTokens;
  readonly deviceTrust: DeviceTrust;
  readonly factors: FactorList;
  readonly recorder: Pick<Recorder, 'note'>;
  readonly rightsOf: Pick<RightsOf, 'narrow'>;
  readonly sessions: Pick<Sessions, 'end' | 'start'>;
  /** Tells the owner of an account about a sign-in, after the answer. */
  readonly sendSignInNotice: (context: RequestContext, session: Session) => void;
  readonly verifyFactor: VerifyFactor;
}

export type SignIn = ReturnType<typeof createSignIn>;

/** The one way by which any door ends in a session. */
export function createSignIn(deps: SignInDeps) {
  const { deviceTokens, deviceTrust, factors, recorder, rightsOf, sessions, sendSignInNotice, verifyFactor } = deps;

  /**
   * Begins a session, or answers a challenge if the account has a second factor and the device is not trusted.
   * @throws FORBIDDEN if a requested scope is not covered by the user's own, SERVICE_UNAVAILABLE if no token can be
   * signed.
   */
  async function signIn(context: RequestContext, request: SignInRequest): Promise<SignInResult> {
    const device = deviceTokens.recognise(request.user, request.deviceToken);
    if (await needsFactor(context, request, device)) {
      return { kind: 'challenge', challenge: await challengeFor(context, request, device) };
    }
    const mfaAt = request.isMultiFactor === true ? context.now : null;
    return begin(context, { ...request, mfaAt }, device);
  }

  /**
   * Begins a session for a door that has no way to answer a challenge.
   * @throws MFA_REQUIRED if the account has a second factor that the door has not proved.
   */
  async function signInWithoutChallenge(context: RequestContext, request: SignInRequest): Promise<TokensOfSignIn> {
    if (request.isMultiFactor !== true && factors.hasFactor(request.user)) throw factorNeeded();
    const mfaAt = request.isMultiFactor === true ? context.now : null;
    return begin(context, { ...request, mfaAt }, deviceTokens.recognise(request.user, request.deviceToken));
  }

  /**
   * Ends the challenge of a sign-in by the proof of a second factor; its tokens come as the sign-in asked for.
   * @throws INVALID_GRANT if the challenge cannot be answered any more; RATE_LIMITED after five attempts, or too many
   * wrong proofs of the account; BAD_USER_INPUT unless there is one proof; INVALID_CREDENTIALS if it is wrong.
   */
  async function complete(context: RequestContext, answer: ChallengeAnswer): Promise<TokensOfSignIn> {
    const challenge = await requireChallenge(context, answer.challenge);
    const { user, delivery, scopes, device: name, deviceId, states } = challenge;
    requireDeliverable(delivery, context.cookies);
    const { method, amr: furtherAmr } = await verifyFactor(context, user, answer, { states });
    const device = deviceTokens.known(user, deviceId);
    const methods = [...challenge.methods, method];
    const condition = endOfChallenge(challenge, context.now);
    const request = { user, methods, furtherAmr, scopes, device: name, delivery, mfaAt: context.now, condition };
    const tokens = await begin(context, request, device);
    if (answer.trustDevice === true)
      await deviceTrust.trust(context, user, { deviceId: device.id, name: name ?? null });
    return tokens;
  }

  /** Finds a challenge that can be answered, and records why not. The account is known only while the challenge is active. */
  async function requireChallenge(context: RequestContext, text: string): Promise<TakenChallenge> {
    try {
      return await takeChallenge(context, text);
    } catch (error) {
      const reason = error instanceof AppError ? challengeRefusals[error.code] : undefined;
      if (reason !== undefined) {
        const details = { reason };
        await recorder.note(context, { type: 'session.start_failed', outcome: 'FAILURE', subjectId: null, details });
      }
      throw error;
    }
  }

  /**
   * Begins a session in the place of one that a changed password has just ended. It is as fresh as that one was, for no
   * factor was proved meanwhile.
   * @param formerId Undefined for a credential without a session.
   * @throws MFA_REQUIRED if the account has a second factor and there was no session.
   */
  async function replace(
    context: RequestContext,
    request: SignInRequest,
    formerId: string | undefined,
  ): Promise<TokensOfSignIn> {
    if (formerId === undefined) return requireTokens(await signIn(context, request));
    const former = await context.em.findOneOrFail(Session, formerId);
    const device = deviceTokens.known(request.user, former.deviceId);
    return begin(
      context,
      {
        ...request,
        methods: [...new Set([...former.methods, ...request.methods])],
        furtherAmr: former.furtherAmr ?? [],
        device: former.device,
        mfaAt: former.mfaAt ?? null,
        ...(factors.hasFactor(request.user) ? { authenticatedAt: former.authenticatedAt } : {}),
      },
      device,
    );
  }

  const needsFactor = async (context: RequestContext, request: SignInRequest, { id }: KnownDevice): Promise<boolean> =>
    request.isMultiFactor !== true &&
    factors.hasFactor(request.user) &&
    !(await deviceTrust.isTrusted(context, request.user, id));

  async function challengeFor(
    context: RequestContext,
    { user, methods, scopes, device, delivery = 'BODY' }: SignInRequest,
    { id: deviceId }: KnownDevice,
  ): Promise<ChallengeToAnswer> {
    const enrolled = factors.enrolled(user);
    const prepared = await Promise.all(
      enrolled.map(async ({ method, challenge }) => [method, await challenge?.(context, user)] as const),
    );
    const given = prepared.flatMap(([method, challenge]) =>
      challenge === undefined ? [] : [{ method, ...challenge }],
    );
    const text = await issueChallenge(context, {
      user,
      methods: [...methods],
      scopes: scopes == null ? null : rightsOf.narrow(user.roles, requireScopes('input.scopes', scopes)),
      device: deviceNameOf(device),
      deviceId,
      delivery,
      states: Object.fromEntries(given.map(({ method, state }) => [method, state])),
    });
    return {
      challenge: text,
      methods: enrolled.map(({ method }) => method),
      expiresIn: challengeSeconds,
      passkeyOptions: given.find(({ passkeyOptions }) => passkeyOptions != null)?.passkeyOptions ?? null,
    };
  }

  async function begin(
    context: RequestContext,
    { delivery = 'BODY', methods, ...request }: SignInRequest & { mfaAt: Date | null; condition?: Condition },
    device: KnownDevice,
  ): Promise<TokensOfSignIn> {
    const tokens = await sessions.start(context, { ...request, methods: [...methods], deviceId: device.id });
    await endCarried(context);
    sendSignInNotice(context, tokens.session);
    return { kind: 'tokens', tokens, deviceToken: device.token, delivery };
  }

  /**
   * Ends the active session that a sign-in carries: its device goes on by the new one, and the old one is of no use.
   */
  async function endCarried(context: RequestContext): Promise<void> {
    const { principal, credential } = context;
    const { ended } = credential;
    const carried = sessionIdOf(principal) ?? (ended?.reason === 'EXPIRED' ? ended.sessionId : null);
    if (carried != null) await sessions.end(context, carried, 'replaced');
  }

  return { signIn, signInWithoutChallenge, complete, replace };
}

function requireTokens(result: SignInResult): TokensOfSignIn {
  if (result.kind === 'tokens') return result;
  throw factorNeeded();
}

const factorNeeded = (): AppError =>
  new AppError('MFA_REQUIRED', 'This account has a second factor: sign in by `login` and `completeMfa`.', {
    oauthError: 'invalid_grant',
  });

/** The words in the audit log for what was wrong with a challenge. */
const challengeRefusals: Readonly<Partial<Record<AppError['code'], string>>> = {
  INVALID_GRANT: 'dead_challenge',
  RATE_LIMITED: 'too_many_attempts',
};
