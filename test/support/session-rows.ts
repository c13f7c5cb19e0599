import type { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../../src/database/base.entity.ts';
import { Session } from '../../src/identity/sessions/session.entity.ts';
import type { User } from '../../src/users/user.entity.ts';

/** Makes a session of a minute's length that began by a password just now; the caller flushes it. */
export const newSession = (
  em: EntityManager,
  { user, now, ...changes }: { readonly user: User; readonly now: Date; readonly authenticatedAt?: Date },
): Session =>
  em.create(Session, {
    id: newId(now),
    createdAt: now,
    user,
    refreshSalt: Buffer.alloc(16),
    refreshCounter: 0,
    rotatedAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + 60_000),
    endedAt: null,
    endReason: null,
    scopes: null,
    methods: ['PASSWORD'],
    furtherAmr: null,
    credentialVersion: 0,
    authenticatedAt: now,
    mfaAt: null,
    device: null,
    deviceId: null,
    userAgent: null,
    ipAddress: null,
    ...changes,
  });
