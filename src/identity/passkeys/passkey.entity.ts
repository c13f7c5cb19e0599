import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const PasskeySchema = defineEntity({
  name: 'Passkey',
  tableName: 'passkeys',
  properties: {
    ...base,
    user: () => p.manyToOne(User).deleteRule('cascade').index(),
    name: p.string().length(100),
    /** The credential's id, base64url: up to 1,023 bytes (WebAuthn Level 3, §4). */
    credentialId: p.string().length(1400).unique().hidden(),
    /** The public key as COSE has it. */
    publicKey: p.blob().hidden(),
    /** The number of signatures that the authenticator says it has made; 0 for one that does not count. */
    counter: p.bigint('number').hidden(),
    transports: p.array().$type<string[]>().columnType('text[]').hidden(),
    /** True if the key may be copied to other devices of its owner. */
    isSynced: p.boolean(),
    isBackedUp: p.boolean(),
    lastUsedAt: p.datetime(3).nullable(),
  },
});

/** The public part of a passkey of an account. */
export class Passkey extends PasskeySchema.class {}
PasskeySchema.setClass(Passkey);
