import { mkdir, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Mail } from './mail.ts';
import { renderHtml, renderText } from './render.ts';

export type MailDestination =
  { readonly kind: 'smtp'; readonly url: string } | { readonly kind: 'folder'; readonly folder: string };

export interface MailTransport {
  /** Hands a mail over; throws if it was not taken. */
  readonly deliver: (mail: Mail, now: Date) => Promise<void>;
  /** Throws if the server does not greet, or does not let us in. */
  readonly verify: () => Promise<void>;
  readonly close: () => void;
}

const timeoutMs = 10_000;

/** Creates the transport: an SMTP server, or in development a folder of files that a person can read. */
export const createTransportTo = (to: MailDestination, from: string): MailTransport =>
  to.kind === 'smtp' ? toServer(to.url, from) : toFolder(to.folder, from);

function toServer(url: string, from: string): MailTransport {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A password for the mail server is never said in the clear, but to this machine.
    requireTLS: hasCredentials(url),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async deliver(mail, now) {
      await transport.sendMail({ ...envelope(mail, from, now), text: renderText(mail), html: renderHtml(mail) });
    },
    verify: async () => void (await transport.verify()),
    close: () => transport.close(),
  };
}

function toFolder(folder: string, from: string): MailTransport {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    async deliver(mail, now) {
      const { message } = await composer.sendMail({
        ...envelope(mail, from, now),
        text: readable('text/plain', renderText(mail)),
        html: readable('text/html', renderHtml(mail)),
      });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, fileName(mail, now)), message, { mode: 0o600 });
    },
    verify: async () => undefined,
    close: () => composer.close(),
  };
}

/**
 * `to` is an object, so that no e-mail is taken for a list; bounces and holiday answers are not asked for (RFC 3834).
 */
const envelope = ({ to, subject }: Mail, from: string, now: Date) => ({
  from,
  to: { name: '', address: to },
  subject,
  date: now,
  headers: { 'Auto-Submitted': 'auto-generated' },
});

/** Writes 8bit instead of nodemailer's quoted-printable: a link must survive being copied from the file. */
const readable = (type: string, content: string): { raw: string } => ({
  raw: `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}`,
});

/** Sorts by time; the rest tells two of one millisecond apart. */
const fileName = ({ kind }: Mail, now: Date): string =>
  `${now.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}-${kind}.eml`;

function hasCredentials(url: string): boolean {
  const { username, hostname } = new URL(url);
  return username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
