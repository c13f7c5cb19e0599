import { Store } from 'graphql-rate-limit';
import { AppError } from '../errors.ts';
import { finishAttempt } from '../limits/attempts.ts';
import type { Consumed } from '../limits/budget.ts';
import type { IpLimiter } from '../limits/ip-limiter.ts';

/**
 * Presents one call as a store of the library: reading takes the point atomically, and answers as many timestamps of
 * now as the budget has points if none was left, otherwise none; nothing is left to write. The library's own stores
 * read, then write, and let a burst pass.
 */
export class RateLimitAttempt extends Store {
  readonly #limiter: IpLimiter;
  readonly #onlyFailures: boolean;
  #caller = '';
  #field = '';
  #consumed: Consumed = { before: 0, retryAfterSeconds: 1 };

  constructor(limiter: IpLimiter, onlyFailures: boolean) {
    super();
    this.#limiter = limiter;
    this.#onlyFailures = onlyFailures;
  }

  override async getForIdentity({ contextIdentity, fieldIdentity }: Identity): Promise<number[]> {
    [this.#caller, this.#field] = [contextIdentity, fieldIdentity];
    const { beginAttempt, consume } = this.#limiter;
    this.#consumed = await (this.#onlyFailures ? beginAttempt : consume)(this.#caller, this.#field);
    const { points } = this.#limiter;
    return this.#consumed.before < points ? [] : Array.from({ length: points }, () => Date.now());
  }

  override setForIdentity(): void {}

  refusal(message: string): AppError {
    return new AppError('RATE_LIMITED', message, { retryAfterSeconds: this.#consumed.retryAfterSeconds });
  }

  /** Does the job that the point was taken for; if only failures count, a job that succeeds gets the point back. */
  finish<T>(job: () => Promise<T>): Promise<T> {
    if (!this.#onlyFailures) return job();
    return finishAttempt((hasFailed) => this.#limiter.endAttempt(this.#caller, hasFailed, this.#field), job);
  }
}

type Identity = Parameters<Store['getForIdentity']>[0];
