import type { EntityManager } from '@mikro-orm/postgresql';
import type { OwnerNotice } from '../../config/parse-mail.ts';
import { batchedReads } from '../../database/batched-reads.ts';
import { AppError } from '../../errors.ts';
import type { Mail } from '../../mail/mail.ts';
import type { Outbox } from '../../mail/outbox.ts';
import { isEmail } from '../../users/email.ts';
import { createMailTemplates, type MailTemplates } from './mail-templates.ts';

/** Writes a mail, with a unit of work of its own; null if there is nothing to send. */
export type Compose = (em: EntityManager, templates: MailTemplates) => Promise<Mail | null>;

export interface AccountMail {
  /** Sends a mail later, if one can be sent. */
  readonly send: (kind: string, compose: Compose) => boolean;
  /**
   * Sends a mail later. @throws SERVICE_UNAVAILABLE, alike for every e-mail, if no more mail is taken, or if
   * the database does not answer, without which the mail could not be written.
   */
  readonly require: (kind: string, compose: Compose) => Promise<void>;
}

export interface AccountMailDeps {
  readonly post: Outbox['post'];
  readonly fork: () => EntityManager;
  /** Where links lead, without a trailing slash. */
  readonly linkBase: string;
  /** The notices that owners get; others are not sent. */
  readonly ownerNotices: readonly OwnerNotice[];
}

/**
 * The notices among the mails; the others are always sent: they were asked for, or have a link that nothing else has, as
 * the one that takes a change of e-mail back.
 */
const noticeOf: Readonly<Partial<Record<string, OwnerNotice>>> = {
  'new-sign-in': 'sign-in',
  'api-key-created': 'api-key',
  'password-changed': 'password',
  'password-was-reset': 'password',
  'email-change-notice': 'email',
  'identity-linked': 'factors',
  'identity-unlinked': 'factors',
  'roles-changed': 'roles',
  'factor-enrolled': 'factors',
  'factor-removed': 'factors',
  'factor-replaced': 'factors',
  'factors-reset': 'factors',
  'recovery-code-used': 'factors',
  'recovery-codes-renewed': 'factors',
};

/**
 * Creates the mail about accounts, written and sent after the answer. The account that is looked up for it shows
 * neither in the answer nor in its time.
 */
export function createAccountMail({ post, fork, linkBase, ownerNotices }: AccountMailDeps): AccountMail {
  const templates = createMailTemplates(linkBase);
  function send(kind: string, compose: Compose): boolean {
    const notice = noticeOf[kind];
    if (notice !== undefined && !ownerNotices.includes(notice)) return false;
    return post(kind, async () => deliverable(await compose(fork(), templates)));
  }
  const askDatabase = batchedReads(async () => {
    await fork().getConnection().execute('select 1');
    return new Map<string, never>();
  });

  return {
    send,
    async require(kind, compose) {
      // The same statement for every caller and every account: it reads no row.
      await askDatabase(kind);
      if (send(kind, compose)) return;
      throw new AppError('SERVICE_UNAVAILABLE', 'No mail can be sent at the moment: try again later.', {
        retryAfterSeconds: 60,
        refusal: 'unavailable',
      });
    },
  };
}

/** An account that has no e-mail gets no mail. */
const deliverable = (mail: Mail | null): Mail | null => (mail !== null && isEmail(mail.to) ? mail : null);
