import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { EntityManager } from '@mikro-orm/postgresql';
import { endCeremony } from './ceremonies.ts';
import type { CeremonyFlow } from './passkey-ceremony.entity.ts';
import { Passkey } from './passkey.entity.ts';
import type { RelyingParty } from './relying-party.ts';
import { webauthn } from './webauthn.ts';

export interface Assertion {
  readonly flow: CeremonyFlow;
  /** The challenge that the response must answer; absent if any of the flow will do. */
  readonly challenge?: string;
  readonly response: unknown;
  /** The user whose passkey it must be, and for whom the ceremony began; null if the passkey tells who signs in. */
  readonly userId: string | null;
}

export type VerifyAssertion = (em: EntityManager, now: Date, assertion: Assertion) => Promise<Passkey | null>;

/**
 * Verifies the response of an authenticator (WebAuthn §7.2), with user verification, and uses its challenge up.
 * @returns the passkey that signed; null alike for every response that is not accepted.
 */
export const createVerifyAssertion =
  ({ id: rpId, origins }: RelyingParty): VerifyAssertion =>
  async (em, now, { flow, challenge, response, userId }) => {
    const ceremony = await endCeremony(em, now, flow, response);
    if (ceremony === null || (userId !== null && ceremony.userId !== userId)) return null;
    if (challenge !== undefined && ceremony.challenge !== challenge) return null;
    const claimed = response as AuthenticationResponseJSON;
    const passkey = await findPasskey(em, claimed, userId);
    if (passkey === null) return null;
    const { verifyAuthenticationResponse } = await webauthn();
    const verified = await verifyAuthenticationResponse({
      response: claimed,
      expectedChallenge: ceremony.challenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      credential: {
        id: passkey.credentialId,
        publicKey: Uint8Array.from(passkey.publicKey),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    }).catch(() => null);
    if (verified?.verified !== true) return null;
    const { newCounter, credentialBackedUp } = verified.authenticationInfo;
    return (await noteUse(em, now, passkey, { newCounter, credentialBackedUp })) ? passkey : null;
  };

/** Finds the passkey that a response names; it must be that of the user whom the authenticator names, too. */
async function findPasskey(
  em: EntityManager,
  { id, response }: AuthenticationResponseJSON,
  userId: string | null,
): Promise<Passkey | null> {
  if (typeof id !== 'string') return null;
  const passkey = await em.findOne(Passkey, { credentialId: id }, { populate: ['user'], refresh: true });
  if (passkey === null || (userId !== null && passkey.user.id !== userId)) return null;
  const { userHandle } = response;
  return userHandle == null || userHandle === userHandleOf(passkey.user.id) ? passkey : null;
}

/**
 * Returns the handle by which an authenticator knows a user: base64url of the id, which tells nothing about a person.
 */
export const userHandleOf = (userId: string): string => Buffer.from(userId).toString('base64url');

/** Advances the counter by compare-and-set: a copied key that falls behind is refused (WebAuthn §6.1.1). */
async function noteUse(
  em: EntityManager,
  now: Date,
  { id, counter }: Passkey,
  { newCounter, credentialBackedUp }: { newCounter: number; credentialBackedUp: boolean },
): Promise<boolean> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    `update passkeys set counter = ?, is_backed_up = ?, last_used_at = ? where id = ? and counter = ?`,
    [newCounter, credentialBackedUp, now, id, counter],
    'run',
  );
  return affectedRows > 0;
}
