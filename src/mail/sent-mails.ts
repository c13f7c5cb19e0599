import { randomUUID } from 'node:crypto';
import type { Mail } from './mail.ts';
import type { MailTransport } from './transport.ts';

/** A mail that was handed over. */
export interface SentMail extends Mail {
  readonly id: string;
  readonly at: Date;
}

const maxRemembered = 100;

/** Remembers what a transport delivers, for developers to follow the links: newest first, a hundred at most. */
export function rememberSent(transport: MailTransport): { transport: MailTransport; sent: () => readonly SentMail[] } {
  const mails: SentMail[] = [];
  return {
    transport: {
      ...transport,
      async deliver(mail, now) {
        await transport.deliver(mail, now);
        mails.unshift({ ...mail, id: randomUUID(), at: now });
        mails.splice(maxRemembered);
      },
    },
    sent: () => [...mails],
  };
}
