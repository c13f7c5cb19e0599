import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { until } from './until.ts';

/** A mail as it was written to a file. */
export interface Letter {
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
  /** The letters of a kind to an address, once there are as many; fails where they do not come. */
  readonly letters: (to: string, kind: string, count?: number) => Promise<Letter[]>;
  /** The latest letter of a kind to an address, once there is one. */
  readonly letter: (to: string, kind: string) => Promise<Letter>;
  /** Every letter so far; none is on its way once the server's outbox has settled. */
  readonly all: () => Letter[];
}

/** Reads the mail that a server writes into its folder. */
export function openMailbox({ mail }: Pick<Config, 'mail'>): Mailbox {
  const folder = mail.to?.kind === 'folder' ? mail.to.folder : '';
  const read = (): Letter[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .toSorted()
          .map((name) => parseLetter(name, readFileSync(join(folder, name), 'utf8')))
      : [];

  async function letters(to: string, kind: string, count = 1): Promise<Letter[]> {
    const come = (): Letter[] => read().filter((found) => found.to === to && found.kind === kind);
    await until(() => come().length >= count, `letter ${kind} to ${to}`);
    return come();
  }

  async function letter(to: string, kind: string): Promise<Letter> {
    const latest = (await letters(to, kind)).at(-1);
    if (latest === undefined) throw new Error('no letter');
    return latest;
  }

  return { letters, letter, all: read };
}

function parseLetter(name: string, raw: string): Letter {
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
