import type { EntityManager } from '@mikro-orm/postgresql';
import { ApiKey } from './api-key.entity.ts';

const soonMs = 14 * 86_400_000;

/** Counts the keys that count now and expire within fourteen days. */
export const countExpiringKeys = (em: EntityManager, now: Date): Promise<number> =>
  em.count(ApiKey, { revokedAt: null, expiresAt: { $gt: now, $lt: new Date(now.getTime() + soonMs) } });
