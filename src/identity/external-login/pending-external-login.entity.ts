import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';
import type { Delivery } from '../sign-in/delivery.ts';

const PendingExternalLoginSchema = defineEntity({
  name: 'PendingExternalLogin',
  tableName: 'external_logins',
  properties: {
    ...base,
    /** SHA-256 of the state, hexadecimal: it has 256 random bits, so that nothing slower is needed. */
    stateHash: p.string().length(64).unique().hidden(),
    /**
     * SHA-256 of the holder's secret, a browser's cookie or a client's handle, without which the sign-in is not
     * completed.
     */
    holderHash: p.string().length(64).fieldName('browser_hash').nullable().hidden(),
    provider: p.string().length(32),
    delivery: p.string().length(8).$type<Delivery>(),
    returnTo: p.text(),
    /** True if the provider was asked to have the person prove it anew. */
    isProofAsked: p.boolean().default(false),
    /** The account that gets the identity; null for a sign-in. */
    user: () => p.manyToOne(User).deleteRule('cascade').nullable().index(),
    /** The session by which it was begun, if it is to link. */
    sessionId: p.uuid().nullable(),
    credentialVersion: p.integer().nullable(),
    expiresAt: p.datetime(3),
    endedAt: p.datetime(3).nullable(),
  },
});

/** A sign-in that waits for its person to come back from a provider. */
export class PendingExternalLogin extends PendingExternalLoginSchema.class {}
PendingExternalLoginSchema.setClass(PendingExternalLogin);
