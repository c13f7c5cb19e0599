import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

/** The flow that a response is for: none is accepted in another flow than the one that it was asked for. */
export type CeremonyFlow = 'registration' | 'sign-in' | 'second-factor';

const PasskeyCeremonySchema = defineEntity({
  name: 'PasskeyCeremony',
  tableName: 'passkey_ceremonies',
  properties: {
    ...base,
    /** Random, base64url. Its row is deleted when a response to it comes: it is good for one. */
    challenge: p.string().length(64).unique().hidden(),
    flow: p.string().length(16).$type<CeremonyFlow>(),
    /** The user who was signed in, or had proved the password, when it began; null for a sign-in. */
    user: () => p.manyToOne(User).deleteRule('cascade').nullable().index(),
    /** The factors that the account had when a registration began. */
    factors: p.array().$type<string[]>().columnType('text[]').nullable(),
    expiresAt: p.datetime(3),
  },
});

/** A question to an authenticator that waits for its response (WebAuthn calls the exchange a ceremony). */
export class PasskeyCeremony extends PasskeyCeremonySchema.class {}
PasskeyCeremonySchema.setClass(PasskeyCeremony);
