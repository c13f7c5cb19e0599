import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { User } from '../../users/user.entity.ts';

/** A changed password raises the version: whoever knew the old one has no attempts of its own any more. */
export type DeviceOwner = Pick<User, 'id' | 'credentialVersion'>;

const prefix = 'spd_';
const idBytes = 16;
const macBytes = 32;

/**
 * A device that has signed in before proves it by a token: a random id and a MAC over it and the user. It grants
 * nothing; it only gives the device a budget of sign-ins of its own, so that strangers cannot use up its owner's.
 */
export function createDeviceTokens(rootKey: Uint8Array) {
  const key = createHmac('sha256', rootKey).update('device tokens').digest();
  const macOf = ({ id: userId, credentialVersion }: DeviceOwner, id: Buffer): Buffer =>
    createHmac('sha256', key).update(`${userId} ${credentialVersion} `).update(id).digest();

  function mint(owner: DeviceOwner): string {
    const id = randomBytes(idBytes);
    return prefix + Buffer.concat([id, macOf(owner, id)]).toString('base64url');
  }

  /** The device's id where the token is this user's, and its password has not changed since; null otherwise. */
  function read(owner: DeviceOwner, token: string): string | null {
    const bytes = Buffer.from(token.startsWith(prefix) ? token.slice(prefix.length) : '', 'base64url');
    if (bytes.length !== idBytes + macBytes) return null;
    const id = bytes.subarray(0, idBytes);
    return timingSafeEqual(bytes.subarray(idBytes), macOf(owner, id)) ? id.toString('hex') : null;
  }

  return { mint, read };
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>;
