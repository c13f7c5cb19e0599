import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const TrustedDeviceSchema = defineEntity({
  name: 'TrustedDevice',
  tableName: 'trusted_devices',
  uniques: [{ properties: ['user', 'deviceId'] }],
  properties: {
    ...base,
    user: () => p.manyToOne(User).deleteRule('cascade'),
    /** The id in the token by which the device is known. */
    deviceId: p.string().length(32),
    name: p.string().length(100).nullable(),
    /** The account's version when the device was trusted: a changed password ends the trust. */
    credentialVersion: p.integer(),
    expiresAt: p.datetime(3),
  },
});

/** A device on which a sign-in is not asked for the second factor. */
export class TrustedDevice extends TrustedDeviceSchema.class {}
TrustedDeviceSchema.setClass(TrustedDevice);
