export interface Lifetimes {
  readonly idleTtlSeconds: number;
  readonly absoluteTtlSeconds: number;
}

/** When a session ends that is used at a moment: the nearer of its idle and its absolute limit. */
export type SessionExpiry = (createdAt: Date, usedAt: Date) => Date;

export const createSessionExpiry =
  ({ idleTtlSeconds, absoluteTtlSeconds }: Lifetimes): SessionExpiry =>
  (createdAt, usedAt) => {
    const idleEnd = usedAt.getTime() + idleTtlSeconds * 1000;
    const absoluteEnd = createdAt.getTime() + absoluteTtlSeconds * 1000;
    return new Date(Math.min(idleEnd, absoluteEnd));
  };
