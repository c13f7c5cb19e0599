export interface Lifetimes {
  readonly idleTtlSeconds: number;
  readonly absoluteTtlSeconds: number;
}

/**
 * Returns when a session ends, as SQL over its row `s`: a setting that was made shorter binds what began before. One
 * that was made longer binds from the next refresh on.
 */
export const boundExpiry = ({ idleTtlSeconds, absoluteTtlSeconds }: Lifetimes): string =>
  `least(s.expires_at, s.last_used_at + interval '${idleTtlSeconds} seconds', s.created_at + interval '${absoluteTtlSeconds} seconds')`;

/** When a session ends that is used at a moment: the nearer of its idle and its absolute limit. */
export type SessionExpiry = (createdAt: Date, usedAt: Date) => Date;

export const createSessionExpiry =
  ({ idleTtlSeconds, absoluteTtlSeconds }: Lifetimes): SessionExpiry =>
  (createdAt, usedAt) => {
    const idleEnd = usedAt.getTime() + idleTtlSeconds * 1000;
    const absoluteEnd = createdAt.getTime() + absoluteTtlSeconds * 1000;
    return new Date(Math.min(idleEnd, absoluteEnd));
  };
