import { Store } from 'graphql-rate-limit';
import { AppError } from '../errors.ts';
import { finishAttempt } from '../limits/finish-attempt.ts';
import type { Consumed, Limiter } from '../limits/limiter.ts';

/**
 * One call as the library's store: reading takes the point, atomically, and answers as many timestamps of now as points
 * were taken before; there is nothing left to write. (The library's own stores read, then write, and let a burst pass.)
 */
export class RateLimitAttempt extends Store {
  readonly #limiter: Limiter;
  readonly #onlyFailures: boolean;
  #key = '';
  #consumed: Consumed = { before: 0, retryAfterSeconds: 1 };

  constructor(limiter: Limiter, onlyFailures: boolean) {
    super();
    this.#limiter = limiter;
    this.#onlyFailures = onlyFailures;
  }

  override async getForIdentity({ contextIdentity, fieldIdentity }: Identity): Promise<number[]> {
    this.#key = `${contextIdentity}:${fieldIdentity}`;
    const { beginAttempt, consume } = this.#limiter;
    this.#consumed = await (this.#onlyFailures ? beginAttempt(this.#key) : consume(this.#key));
    return Array.from({ length: this.#consumed.before }, () => Date.now());
  }

  override setForIdentity(): void {}

  refusal(message: string): AppError {
    return new AppError('RATE_LIMITED', message, { retryAfterSeconds: this.#consumed.retryAfterSeconds });
  }

  /** Does what the point was taken for; where failures alone count, one that succeeds gets it back. */
  finish<T>(job: () => Promise<T>): Promise<T> {
    return this.#onlyFailures ? finishAttempt(this.#limiter, this.#key, job) : job();
  }
}

type Identity = Parameters<Store['getForIdentity']>[0];
