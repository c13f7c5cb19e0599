import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';
import type { AuthMethod } from '../sessions/session.entity.ts';
import type { Delivery } from './delivery.ts';

const MfaChallengeSchema = defineEntity({
  name: 'MfaChallenge',
  tableName: 'mfa_challenges',
  properties: {
    ...base,
    /** SHA-256 of the challenge's text, hexadecimal: it has 256 random bits, so that nothing slower is needed. */
    hash: p.string().length(64).unique().hidden(),
    user: () => p.manyToOne(User).deleteRule('cascade').index(),
    /** The account's version when the first factor was verified: a raised one ends the challenge. */
    credentialVersion: p.integer(),
    /** The methods by which the user was verified so far. */
    methods: p.array().$type<AuthMethod[]>().columnType('text[]'),
    scopes: p.array().$type<string[]>().columnType('text[]').nullable(),
    device: p.string().length(100).nullable(),
    deviceId: p.string().length(32).nullable(),
    delivery: p.string().length(8).$type<Delivery>(),
    /** The states that factors keep until their proof comes, by the names of their methods. */
    states: p.json().$type<Readonly<Record<string, unknown>>>(),
    attempts: p.integer(),
    expiresAt: p.datetime(3),
    endedAt: p.datetime(3).nullable(),
  },
});

/** A sign-in that waits for a second factor. */
export class MfaChallenge extends MfaChallengeSchema.class {}
MfaChallengeSchema.setClass(MfaChallenge);
