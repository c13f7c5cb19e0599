import type { EntityManager } from '@mikro-orm/postgresql';
import { collected } from '../../database/collected.ts';
import { AppError } from '../../errors.ts';
import type { Mail } from '../../mail/mail.ts';
import type { Outbox } from '../../mail/outbox.ts';
import { createLetters, type Letters } from './letters.ts';

/** Writes a letter, with a unit of work of its own; null where there is nothing to send. */
export type Compose = (em: EntityManager, letters: Letters) => Promise<Mail | null>;

export interface AccountMail {
  /** Sends a letter later; whether it can is not the caller's concern. */
  readonly send: (kind: string, compose: Compose) => boolean;
  /**
   * Sends a letter later. @throws SERVICE_UNAVAILABLE, alike for every address, where no more mail is taken, or where
   * the database does not answer, without which the letter could not be written.
   */
  readonly require: (kind: string, compose: Compose) => Promise<void>;
}

export interface AccountMailDeps {
  readonly post: Outbox['post'];
  readonly fork: () => EntityManager;
  readonly publicUrl: string;
}

/**
 * Letters about accounts, written and sent after the answer. Who is looked up for them, and what is found, shows
 * neither in the answer nor in its time.
 */
export function createAccountMail({ post, fork, publicUrl }: AccountMailDeps): AccountMail {
  const letters = createLetters(publicUrl);
  const send = (kind: string, compose: Compose): boolean => post(kind, () => compose(fork(), letters));
  const askDatabase = collected(async () => {
    await fork().getConnection().execute('select 1');
    return new Map<string, never>();
  });

  return {
    send,
    async require(kind, compose) {
      // The same statement for whoever asks about whomever: it looks at no row.
      await askDatabase(kind);
      if (send(kind, compose)) return;
      throw new AppError('SERVICE_UNAVAILABLE', 'No mail can be sent at the moment. Try again later.', {
        retryAfterSeconds: 60,
      });
    },
  };
}
