import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import type { RowOf } from '../../database/rows/row.ts';
import { User } from '../../users/user.entity.ts';

export type AuthMethod = 'PASSWORD' | 'INVITATION' | 'TOTP' | 'RECOVERY_CODE' | 'PASSKEY' | 'EMAIL' | 'EXTERNAL';
export type SessionEnd = 'logout' | 'reuse' | 'replaced' | 'revoked' | 'password' | 'disabled' | 'closed';

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  indexes: [{ properties: ['user', 'endedAt'] }],
  properties: {
    ...base,
    user: () => p.manyToOne(User).deleteRule('cascade'),
    /** Makes the key of this session's refresh tokens; without the root key it is worth nothing. */
    refreshSalt: p.blob().lazy().hidden(),
    /** The counter of the current refresh token. */
    refreshCounter: p.integer(),
    /** When the current refresh token first came into being: the start of its predecessor's grace. */
    rotatedAt: p.datetime(3),
    lastUsedAt: p.datetime(3),
    /** The nearer of the idle and the absolute limit, as of the last rotation. */
    expiresAt: p.datetime(3),
    endedAt: p.datetime(3).nullable(),
    endReason: p.string().length(16).$type<SessionEnd>().nullable(),
    /** The scopes to which the session was narrowed at sign-in; null if it holds all that its user's roles give. */
    scopes: p.array().$type<string[]>().columnType('text[]').nullable(),
    methods: p.array().$type<AuthMethod[]>().columnType('text[]'),
    /** Names in the claim `amr` that a proof told besides its method, such as the kind of a key. */
    furtherAmr: p.array().$type<string[]>().columnType('text[]').nullable(),
    /** The account's version when the session began: once the account's is raised, the session is over. */
    credentialVersion: p.integer(),
    /** When the user last proved who they are. */
    authenticatedAt: p.datetime(3),
    /** When the user last proved a second factor. */
    mfaAt: p.datetime(3).nullable(),
    device: p.string().length(100).nullable(),
    /** The id of the device, as its token has it. */
    deviceId: p.string().length(32).nullable(),
    userAgent: p.string().length(400).nullable(),
    ipAddress: p.string().length(45).nullable(),
  },
});

export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

export type SessionRow = RowOf<Session>;
