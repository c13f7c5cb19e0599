import type { Logger } from 'pino';
import type { Mail } from './mail.ts';
import type { MailTransport } from './transport.ts';

export interface Outbox {
  /**
   * Takes a mail that `compose` will write once the answer has left; it may find that there is nothing to send.
   * @returns false if mail is switched off or too much of it is waiting.
   */
  readonly post: (kind: string, compose: () => Promise<Mail | null>) => boolean;
  /** Answers once nothing is waiting or under way. */
  readonly settled: () => Promise<void>;
  /** Sends what was taken, without waiting for another try, and takes no more. */
  readonly close: () => Promise<void>;
}

export interface OutboxDeps {
  /** Null if mail is switched off. */
  readonly transport: MailTransport | null;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: () => Date;
  /** The time to wait before each further try. */
  readonly retryAfterMs?: readonly number[];
}

interface Job {
  readonly kind: string;
  readonly compose: () => Promise<Mail | null>;
  mail?: Mail | null;
  tries: number;
}

const maxQueue = 1_000;
const concurrency = 4;
/** The time after which the answer has left: reads for the mail then do not show in the answer's time. */
const startAfterMs = 50;

/**
 * Mail that waits in memory until it is handed over. Whatever goes wrong with it neither delays nor changes an answer
 * (OWASP Forgot Password: answers alike, in a uniform time); failures are logged without a word of the mail.
 */
export function createOutbox({ transport, log, clock, retryAfterMs = [1_000, 5_000, 25_000] }: OutboxDeps): Outbox {
  const ready: Job[] = [];
  const waiting = new Map<Job, NodeJS.Timeout>();
  let running = 0;
  let isClosed = false;
  let whenSettled: Array<() => void> = [];
  const length = (): number => running + ready.length + waiting.size;

  function post(kind: string, compose: () => Promise<Mail | null>): boolean {
    if (transport === null || isClosed || length() >= maxQueue) return false;
    wait({ kind, compose, tries: 0 }, startAfterMs);
    return true;
  }

  function wait(job: Job, delayMs: number): void {
    waiting.set(
      job,
      setTimeout(() => start(job), delayMs),
    );
  }

  function start(job: Job): void {
    clearTimeout(waiting.get(job));
    waiting.delete(job);
    ready.push(job);
    pump();
  }

  function pump(): void {
    while (running < concurrency) {
      const job = ready.shift();
      if (job === undefined) break;
      running += 1;
      void attempt(job).finally(() => {
        running -= 1;
        pump();
      });
    }
    if (length() > 0) return;
    for (const tell of whenSettled) tell();
    whenSettled = [];
  }

  async function attempt(job: Job): Promise<void> {
    try {
      job.mail ??= await job.compose();
      if (job.mail !== null) await transport?.deliver(job.mail, clock());
    } catch (error) {
      const delayMs = isPermanent(error) || isClosed ? undefined : retryAfterMs[job.tries];
      log.warn(
        { mail: job.kind, ...reasonOf(error) },
        delayMs === undefined ? 'mail was not sent' : 'mail is tried again',
      );
      job.tries += 1;
      if (delayMs !== undefined) wait(job, delayMs);
    }
  }

  const settled = (): Promise<void> =>
    length() === 0 ? Promise.resolve() : new Promise((resolve) => whenSettled.push(resolve));

  async function close(): Promise<void> {
    isClosed = true;
    for (const job of waiting.keys()) start(job);
    await settled();
    transport?.close();
  }

  return { post, settled, close };
}

/** The server said no for good (RFC 5321 §4.2.1). */
const isPermanent = (error: unknown): boolean => Number((error as { responseCode?: unknown }).responseCode) >= 500;

/** Never the message: a mail server may quote the mail in it, a database its parameters. */
function reasonOf(error: unknown): object {
  const { name, code, responseCode, command } = error as Partial<Record<string, unknown>>;
  return { error: name, code, responseCode, command };
}
