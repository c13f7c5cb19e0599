import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

export type AuthMethod = 'PASSWORD' | 'INVITATION';
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
    /** Which refresh token is the current one. */
    refreshCounter: p.integer(),
    /** When the current refresh token first came into being: the start of its predecessor's grace. */
    rotatedAt: p.datetime(3),
    lastUsedAt: p.datetime(3),
    /** The nearer of the idle and the absolute limit, as of the last rotation. */
    expiresAt: p.datetime(3),
    endedAt: p.datetime(3).nullable(),
    endReason: p.string().length(16).$type<SessionEnd>().nullable(),
    /** What the session was narrowed to at sign-in; null where it holds all that its user's roles give. */
    scopes: p.array().$type<string[]>().columnType('text[]').nullable(),
    methods: p.array().$type<AuthMethod[]>().columnType('text[]'),
    /** The account's version when the session began: once the account's is raised, the session is over. */
    credentialVersion: p.integer(),
    /** When the user last proved who they are. */
    authenticatedAt: p.datetime(3),
    device: p.string().length(100).nullable(),
    userAgent: p.string().length(400).nullable(),
    ipAddress: p.string().length(45).nullable(),
  },
});

export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
