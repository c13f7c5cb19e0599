import type { Budget, Consumed } from './budget.ts';
import { ipLevels } from './ip-key.ts';
import type { CreateLimiter, Limiter } from './limiter.ts';

/** A limiter that counts by IP addresses. `rest` is the remainder of a key, such as a field. */
export interface IpLimiter {
  /** The points of one IP address. */
  readonly points: number;
  readonly consume: (ipAddress: string, rest?: string) => Promise<Consumed>;
  readonly beginAttempt: (ipAddress: string, rest?: string) => Promise<Consumed>;
  readonly endAttempt: (ipAddress: string, hasFailed: boolean, rest?: string) => Promise<void>;
}

interface Level {
  readonly limiter: Limiter;
  readonly key: string;
}

/** Creates a limiter that takes each point from every range that an IP address counts in, or from none. */
export function createIpLimiter(createLimiter: CreateLimiter, budget: Budget): IpLimiter {
  const { points } = budget;

  // One limiter for each width of a range: its budget grows with the width.
  const limiterOf = (factor: number): Limiter =>
    createLimiter(factor === 1 ? budget : { ...budget, name: `${budget.name}:x${factor}`, points: points * factor });

  const levelsOf = (ipAddress: string, rest: string): Level[] =>
    ipLevels(ipAddress).map(({ key, factor }) => ({
      key: rest === '' ? key : `${key}:${rest}`,
      limiter: limiterOf(factor),
    }));

  async function take(levels: readonly Level[], way: 'consume' | 'beginAttempt'): Promise<Consumed> {
    const taken: Level[] = [];
    let narrowest: Consumed | undefined;
    for (const level of levels) {
      const consumed = await level.limiter[way](level.key);
      narrowest ??= consumed;
      if (consumed.before >= level.limiter.points) {
        await giveBack(taken, way);
        return { ...consumed, before: points };
      }
      taken.push(level);
    }
    return narrowest ?? { before: points, retryAfterSeconds: 1 };
  }

  return {
    points,
    consume: (ipAddress, rest = '') => take(levelsOf(ipAddress, rest), 'consume'),
    beginAttempt: (ipAddress, rest = '') => take(levelsOf(ipAddress, rest), 'beginAttempt'),
    async endAttempt(ipAddress, hasFailed, rest = '') {
      await Promise.all(levelsOf(ipAddress, rest).map(({ limiter, key }) => limiter.endAttempt(key, hasFailed)));
    },
  };
}

async function giveBack(taken: readonly Level[], way: 'consume' | 'beginAttempt'): Promise<void> {
  await Promise.all(
    taken.map(({ limiter, key }) => (way === 'consume' ? limiter.refund(key) : limiter.endAttempt(key, false))),
  );
}
