import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { until } from './until.ts';

/** A mail as the server wrote it to a file. */
export interface SentMail {
  readonly kind: string;
  readonly headers: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What its link carries. */
  readonly token: string;
}

export interface Mailbox {
  /** The mails of a kind to an e-mail, once there are as many; fails if they do not come. */
  readonly mails: (to: string, kind: string, count?: number) => Promise<SentMail[]>;
  /** The latest mail of a kind to an e-mail, once there is one. */
  readonly latestMail: (to: string, kind: string) => Promise<SentMail>;
  /** Every mail so far; none is on its way once the server's outbox has settled. */
  readonly all: () => SentMail[];
}

/** Reads the mail that a server writes into its folder. */
export function openMailbox({ mail }: Pick<Config, 'mail'>): Mailbox {
  const folder = mail.to?.kind === 'folder' ? mail.to.folder : '';
  const read = (): SentMail[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .toSorted()
          .map((name) => parseMail(name, readFileSync(join(folder, name), 'utf8')))
      : [];

  async function mails(to: string, kind: string, count = 1): Promise<SentMail[]> {
    const come = (): SentMail[] => read().filter((found) => found.to === to && found.kind === kind);
    await until(() => come().length >= count, `mail ${kind} to ${to}`);
    return come();
  }

  async function latestMail(to: string, kind: string): Promise<SentMail> {
    const latest = (await mails(to, kind)).at(-1);
    if (latest === undefined) throw new Error('no mail');
    return latest;
  }

  return { mails, latestMail, all: read };
}

function parseMail(name: string, raw: string): SentMail {
  const [headers = '', ...rest] = raw.split('\n\n');
  const body = rest.join('\n\n');
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(headers) ?? [];
  const [, text = '', html = ''] = body.split(`--${boundary}`).map((part) => part.slice(part.indexOf('\n\n') + 2));
  return {
    kind: /[0-9a-f]{8}-([a-z-]+)\.eml$/.exec(name)?.[1] ?? '',
    headers,
    to: /^To: (.*)$/m.exec(headers)?.[1] ?? '',
    subject: /^Subject: (.*)$/m.exec(headers)?.[1] ?? '',
    text,
    html,
    token: /\?token=([\w-]+)/.exec(text)?.[1] ?? '',
  };
}
