import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { User } from '../../users/user.entity.ts';

/** The user of a device. A changed password raises the version: devices of those who knew the old one are forgotten. */
export type DeviceOwner = Pick<User, 'id' | 'credentialVersion'>;

/** A device with the token by which it is known from now on. */
export interface KnownDevice {
  readonly id: string;
  readonly token: string;
}

const prefix = 'spd_';
const idBytes = 16;
const macBytes = 32;

/**
 * Makes and reads the tokens by which a device proves that it has signed in before: a random id and a MAC over it and
 * the user. A token grants no access: it gives the device attempts of its own, so that strangers cannot use up its
 * owner's, and names the device that the owner may trust.
 */
export function createDeviceTokens(rootKey: Uint8Array) {
  // Prepared once: a key in bytes is copied and wrapped for each MAC.
  const key = createSecretKey(createHmac('sha256', rootKey).update('device tokens').digest());
  const macOf = ({ id: userId, credentialVersion }: DeviceOwner, id: Buffer): Buffer =>
    createHmac('sha256', key).update(`${userId} ${credentialVersion} `).update(id).digest();

  const mint = (owner: DeviceOwner, id: Buffer): KnownDevice => ({
    id: id.toString('hex'),
    token: prefix + Buffer.concat([id, macOf(owner, id)]).toString('base64url'),
  });

  /** Returns the device's id if the token is this user's, and the password has not changed since; null otherwise. */
  function read(owner: DeviceOwner, token: string): string | null {
    const bytes = Buffer.from(token.startsWith(prefix) ? token.slice(prefix.length) : '', 'base64url');
    if (bytes.length !== idBytes + macBytes) return null;
    const id = bytes.subarray(0, idBytes);
    return timingSafeEqual(bytes.subarray(idBytes), macOf(owner, id)) ? id.toString('hex') : null;
  }

  /** Returns the device of a presented token, or a new one. */
  const recognise = (owner: DeviceOwner, presented: string | null | undefined): KnownDevice =>
    known(owner, presented == null ? null : read(owner, presented));

  /** Returns the device of an id that was recognised before, or a new one. */
  const known = (owner: DeviceOwner, id: string | null | undefined): KnownDevice =>
    mint(owner, id == null ? randomBytes(idBytes) : Buffer.from(id, 'hex'));

  return { read, recognise, known };
}

export type DeviceTokens = ReturnType<typeof createDeviceTokens>;
