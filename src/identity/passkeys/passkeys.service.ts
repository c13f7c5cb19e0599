import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder, WriteContext } from '../../audit/record.ts';
import { newId } from '../../database/base.entity.ts';
import { loaderOf } from '../../database/rows/loader-of.ts';
import { rowById } from '../../database/rows/read-by-id.ts';
import { AppError, badInput, notFound } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireId, requireName } from '../../request/input.ts';
import { isSameSet } from '../../request/same-set.ts';
import { lockAccount } from '../../users/lock-account.ts';
import { ofEachUser } from '../../users/of-each-user.ts';
import { requireUnchangedSince } from '../../users/unchanged-since.ts';
import type { User } from '../../users/user.entity.ts';
import type { FactorMail } from '../second-factors/factor-mail.ts';
import { enrolOrNote } from '../sign-in/enrolment-refusal.ts';
import { type FactorRemoval, noteEnrolled } from '../sign-in/factor-enrolment.ts';
import type { FactorList } from '../sign-in/factor-list.ts';
import type { CountSignInMethods, RequireOtherSignInMethod } from '../sign-in/sign-in-methods.ts';
import type { SignInRequest } from '../sign-in/sign-in.service.ts';
import { beginCeremony, ceremonySeconds, endCeremony } from './ceremonies.ts';
import { Passkey } from './passkey.entity.ts';
import { keyKindOf, passkeyMethod, requestOptions } from './passkey.factor.ts';
import type { RelyingParty } from './relying-party.ts';
import { userHandleOf, type VerifyAssertion } from './verify-assertion.ts';
import { webauthn } from './webauthn.ts';

export interface PasskeysDeps {
  readonly factorMail: FactorMail;
  readonly factorRemoval: Pick<FactorRemoval, 'remove'>;
  readonly factors: FactorList;
  readonly recorder: Pick<Recorder, 'note' | 'record'>;
  readonly relyingParty: RelyingParty;
  readonly requireOtherSignInMethod: RequireOtherSignInMethod;
  readonly verifyAssertion: VerifyAssertion;
}

const maxPasskeys = 20;
const maxName = 100;

/** Counts the passkeys of an account: each of them signs in by itself. */
export const countPasskeys: CountSignInMethods = (tx, userId) => tx.count(Passkey, { user: userId });

/** Passkeys by id, collected into one statement for each tick. */
export const passkeyById = rowById(Passkey);

export type Passkeys = ReturnType<typeof createPasskeys>;

/** Registers passkeys and signs in by them, without a user name (WebAuthn Level 3). */
export function createPasskeys(deps: PasskeysDeps) {
  const { factorMail, factorRemoval, factors, recorder, relyingParty, requireOtherSignInMethod, verifyAssertion } =
    deps;

  /** Begins a registration; answers what the client hands to `navigator.credentials.create`. */
  async function beginRegistration({ em, now, principal }: WriteContext, userId: string): Promise<unknown> {
    const user = await em.transactional((tx) => requireAccount(tx, principal, userId));
    const passkeys = await em.find(Passkey, { user: userId });
    const factorsNow = user.secondFactors;
    const challenge = await beginCeremony(em, now, { flow: 'registration', userId, factors: factorsNow });
    const { generateRegistrationOptions } = await webauthn();
    return generateRegistrationOptions({
      rpName: relyingParty.name,
      rpID: relyingParty.id,
      userID: Uint8Array.from(Buffer.from(userId)),
      userName: user.email,
      userDisplayName: user.displayName,
      challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
      timeout: ceremonySeconds * 1000,
      attestationType: 'none',
      excludeCredentials: passkeys.map(({ credentialId: id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /**
   * Ends a registration by the authenticator's response. Nothing else of the account ends.
   * @throws BAD_USER_INPUT if the response is not accepted; CONFLICT if no registration waits for it, the account's
   * factors have changed since it began, the passkey is registered already, or the account has twenty.
   */
  async function finishRegistration(
    context: WriteContext,
    userId: string,
    response: unknown,
    name: string | null | undefined,
  ): Promise<Passkey> {
    const wantedName = requireName('name', name ?? 'Passkey', maxName);
    const passkey = await enrolOrNote(recorder, context, {
      userId,
      method: passkeyMethod,
      enrol: () => enrol(context, userId, response, wantedName),
    });
    factorMail('factorEnrolled', userId);
    return passkey;
  }

  async function enrol(context: WriteContext, userId: string, response: unknown, name: string): Promise<Passkey> {
    const { em, now, principal } = context;
    const ceremony = await endCeremony(em, now, 'registration', response);
    if (ceremony === null || ceremony.userId !== userId) throw noRegistration();
    const registered = await verifyRegistration(response, ceremony.challenge);
    return em.transactional(async (tx) => {
      const user = await requireAccount(tx, principal, userId);
      if (ceremony.factors === null || !isSameSet(ceremony.factors, user.secondFactors)) throw noRegistration();
      await requireRoom(tx, userId);
      noteEnrolled(user, passkeyMethod);
      recorder.record(tx, context, { type: 'factor.enrolled', subjectId: userId, details: { method: passkeyMethod } });
      return create(tx, now, { ...registered, user, name });
    });
  }

  async function verifyRegistration(response: unknown, challenge: string) {
    const { verifyRegistrationResponse } = await webauthn();
    const verified = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
    }).catch(() => null);
    if (verified?.verified !== true)
      throw badInput('response', 'not_accepted', 'The passkey was not accepted: try again.');
    const { credential, credentialDeviceType, credentialBackedUp } = verified.registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      isSynced: credentialDeviceType === 'multiDevice',
      isBackedUp: credentialBackedUp,
    };
  }

  /** @throws NOT_FOUND if the user has no such passkey. */
  const rename = (context: WriteContext, userId: string, id: string, name: string): Promise<Passkey> =>
    context.em.transactional(async (tx) => {
      const passkey = await requirePasskey(tx, userId, id);
      passkey.name = requireName('name', name, maxName);
      return passkey;
    });

  /**
   * Removes a passkey. Recovery codes and trusted devices go along with the last factor.
   * @throws NOT_FOUND if the user has no such passkey; CONFLICT if nothing else would let the user in.
   */
  async function remove(context: WriteContext, userId: string, id: string): Promise<void> {
    await context.em.transactional(async (tx) => {
      const user = await requireAccount(tx, context.principal, userId);
      const passkey = await requirePasskey(tx, userId, id);
      const isLast = (await tx.count(Passkey, { user: userId })) === 1;
      await requireOtherSignInMethod(tx, userId, 'This passkey');
      await tx.nativeDelete(Passkey, { id: passkey.id });
      const factor = factors.all.find(({ method }) => method === passkeyMethod);
      if (isLast && factor !== undefined) await factorRemoval.remove(tx, context, user, factor);
      recorder.record(tx, context, { type: 'factor.removed', subjectId: userId, details: { method: passkeyMethod } });
    });
    factorMail('factorRemoved', userId);
  }

  /** Begins a sign-in, or a step-up of the user who is signed in; answers what `navigator.credentials.get` takes. */
  async function beginSignIn({ em, now }: WriteContext, userId: string | undefined): Promise<unknown> {
    const challenge = await beginCeremony(em, now, { flow: 'sign-in', userId: userId ?? null });
    return requestOptions(em, relyingParty, challenge, userId ?? null);
  }

  /** @throws INVALID_CREDENTIALS alike for every response that signs no user in. */
  async function prove(context: WriteContext, response: unknown): Promise<SignInRequest> {
    const { em, now } = context;
    const passkey = await verifyAssertion(em, now, { flow: 'sign-in', response, userId: null });
    if (passkey?.user.status !== 'ACTIVE') {
      await recorder.note(context, {
        type: 'session.start_failed',
        outcome: 'FAILURE',
        subjectId: passkey?.user.id ?? null,
        details: { reason: passkey === null ? 'wrong_passkey' : 'disabled' },
      });
      throw new AppError('INVALID_CREDENTIALS', 'The passkey was not accepted: begin again.');
    }
    return { user: passkey.user, methods: [passkeyMethod], furtherAmr: [keyKindOf(passkey)], isMultiFactor: true };
  }

  const list = ({ em, rows }: RequestContext, userId: string): Promise<Passkey[]> =>
    loaderOf(rows, 'passkeys', async (ids) => {
      const found = await em.find(Passkey, { user: { $in: ids } }, { orderBy: { id: 'desc' } });
      return ofEachUser(ids, found);
    }).load(userId);

  /** Tells a client which passkeys are valid, for `PublicKeyCredential.signalAllAcceptedCredentials`. */
  const signals = async (
    context: RequestContext,
    { id, email, displayName }: Pick<User, 'id' | 'email' | 'displayName'>,
  ) => ({
    rpId: relyingParty.id,
    userId: userHandleOf(id),
    name: email,
    displayName,
    allAcceptedCredentialIds: (await list(context, id)).map(({ credentialId }) => credentialId),
  });

  return { beginRegistration, finishRegistration, rename, remove, beginSignIn, prove, list, signals };
}

async function requireAccount(
  tx: EntityManager,
  principal: RequestContext['principal'],
  userId: string,
): Promise<User> {
  const user = await lockAccount(tx, { id: userId });
  requireUnchangedSince(user, principal);
  return user;
}

async function requirePasskey(tx: EntityManager, userId: string, id: string): Promise<Passkey> {
  const passkey = await tx.findOne(Passkey, { id: requireId('id', id), user: userId });
  if (passkey === null) throw notFound('The passkey');
  return passkey;
}

async function requireRoom(tx: EntityManager, userId: string): Promise<void> {
  if ((await tx.count(Passkey, { user: userId })) < maxPasskeys) return;
  throw new AppError(
    'CONFLICT',
    `An account has at most ${maxPasskeys} passkeys: remove one that is not needed any more.`,
  );
}

type NewPasskey = Omit<typeof Passkey.prototype, 'id' | 'createdAt' | 'lastUsedAt'>;

/** @throws CONFLICT if the passkey is registered already, with whatever account. */
async function create(tx: EntityManager, now: Date, passkey: NewPasskey): Promise<Passkey> {
  const created = tx.create(Passkey, { ...passkey, id: newId(now), createdAt: now, lastUsedAt: null });
  try {
    await tx.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new AppError('CONFLICT', 'This passkey is registered already.');
  }
  return created;
}

const noRegistration = (): AppError =>
  new AppError('CONFLICT', 'There is no registration to finish: begin it again by `beginPasskeyRegistration`.');
