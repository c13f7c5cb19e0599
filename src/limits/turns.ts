import { AppError } from '../errors.ts';
import { createFairQueue, NotWaitingError, QueueFullError, type QueueLimits } from './fair-queue.ts';
import { sharesOf } from './queue-shares.ts';

/** The caller whose work waits for its turn, as its request tells. */
export interface TurnCaller {
  readonly ipAddress: string;
  readonly principal: { readonly kind: string; readonly id?: string; readonly userId?: string | null | undefined };
  /** Tells whether the client still waits; assumed if absent. The work is not begun for one that has left. */
  readonly isClientWaiting?: () => boolean;
}

/** Does a job in its turn. @throws SERVICE_UNAVAILABLE if too many wait, or the client has left. */
export type InTurn = <T>(caller: TurnCaller, job: () => Promise<T>) => Promise<T>;

export interface TurnsLimits extends QueueLimits {
  /** Maximum number of waiting jobs of one IP address, or of one account. */
  readonly maxWaitingOfCaller: number;
  readonly message: string;
}

const retryAfterSeconds = 2;

/** Creates the turns of one kind of work, a few at a time, the callers served one after the other. */
export function createTurns({ maxWaitingOfCaller, message, ...limits }: TurnsLimits): InTurn {
  const queue = createFairQueue(limits);
  return async (caller, job) => {
    const { ipAddress, principal } = caller;
    try {
      const shares = () => sharesOf({ ipAddress, accountId: principal.userId ?? principal.id }, maxWaitingOfCaller);
      return await queue(shares, job, () => caller.isClientWaiting?.() ?? true);
    } catch (error) {
      if (error instanceof NotWaitingError) {
        throw new AppError('SERVICE_UNAVAILABLE', 'The operation has ended.', { cause: error });
      }
      if (!(error instanceof QueueFullError)) throw error;
      throw new AppError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds, cause: error });
    }
  };
}
