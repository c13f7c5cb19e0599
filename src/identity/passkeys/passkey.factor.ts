import type { EntityManager } from '@mikro-orm/postgresql';
import { addedFrom } from '../../database/added-from.ts';
import type { SecondFactor } from '../sign-in/second-factor.ts';
import { beginCeremony, ceremonySeconds } from './ceremonies.ts';
import { PasskeyCeremony } from './passkey-ceremony.entity.ts';
import { Passkey } from './passkey.entity.ts';
import type { RelyingParty } from './relying-party.ts';
import type { VerifyAssertion } from './verify-assertion.ts';
import { webauthn } from './webauthn.ts';

export const passkeyMethod = 'PASSKEY';

export interface PasskeyFactorDeps {
  readonly relyingParty: RelyingParty;
  readonly verifyAssertion: VerifyAssertion;
}

/** Accepts a passkey beside a password. With user verification it counts as two factors by itself. */
export const createPasskeyFactor = ({ relyingParty, verifyAssertion }: PasskeyFactorDeps): SecondFactor => ({
  method: passkeyMethod,
  amr: ['user'],
  proofField: 'passkey',
  isGuessable: false,
  isEnrolled: ({ secondFactors }) => secondFactors.includes(passkeyMethod),

  async challenge({ em, now }, { id: userId }) {
    const challenge = await beginCeremony(em, now, { flow: 'second-factor', userId });
    return { passkeyOptions: await requestOptions(em, relyingParty, challenge, userId), state: challenge };
  },

  async verify({ em, now }, { account, proof, state }) {
    // A step-up answers no challenge of a sign-in: its ceremony was begun by the user who is signed in.
    const passkey = await verifyAssertion(em, now, {
      ...(typeof state === 'string' ? { flow: 'second-factor', challenge: state } : { flow: 'sign-in' }),
      response: proof,
      userId: account.id,
    });
    return passkey === null ? null : { amr: [keyKindOf(passkey)] };
  },

  async removeAll(tx, _, userId, since) {
    await tx.nativeDelete(PasskeyCeremony, { user: userId });
    await tx.nativeDelete(Passkey, { user: userId, ...addedFrom(since) });
  },

  remains: async (tx, userId) => (await tx.count(Passkey, { user: userId })) > 0,
});

/** Names the kind of key in `amr` (RFC 8176 §2): one that may be copied is proof of a key in software. */
export const keyKindOf = ({ isSynced }: Pick<Passkey, 'isSynced'>): string => (isSynced ? 'swk' : 'hwk');

/** Makes what a client hands to `navigator.credentials.get`; without a user any passkey of the site answers it. */
export async function requestOptions(
  em: EntityManager,
  { id: rpID }: RelyingParty,
  challenge: string,
  userId: string | null,
): Promise<unknown> {
  const passkeys = userId === null ? [] : await em.find(Passkey, { user: userId });
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({
    rpID,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    timeout: ceremonySeconds * 1000,
    userVerification: 'required',
    ...(userId === null
      ? {}
      : { allowCredentials: passkeys.map(({ credentialId: id, transports }) => ({ id, transports })) }),
  });
}
