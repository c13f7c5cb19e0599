import { join } from 'node:path';
import type { Settings } from './settings.ts';

/** The notices that owners of accounts get by mail, unless they are switched off. */
export const ownerNotices = ['sign-in', 'api-key', 'password', 'email', 'roles', 'factors'] as const;
export type OwnerNotice = (typeof ownerNotices)[number];

export interface MailConfig {
  readonly from: string;
  /** Where links in mails lead, without a trailing slash. */
  readonly linkBase: string;
  /** A mail server, or a folder of files in development; null if mail is switched off. */
  readonly to:
    { readonly kind: 'smtp'; readonly url: string } | { readonly kind: 'folder'; readonly folder: string } | null;
}

export interface MailPlace {
  readonly production: boolean;
  readonly dataDir: string;
  readonly publicUrl: string;
  /** A web app that has pages of its own for links; null: they lead to ours. */
  readonly appUrl: string | null;
}

const addressPattern = String.raw`[^\s<>@",:;()]+@(?:\[(?:IPv6:)?[\da-fA-F:.]+\]|[^\s<>@",:;()[\]]+)`;
const namePattern = String.raw`"[^"\\<>\p{Cc}]*"|[^"\\<>@,:;()\p{Cc}]*`;
/** One e-mail address, alone or after a name; a name with a comma, a colon or a semicolon is quoted (RFC 5322 §3.4). */
const sender = new RegExp(String.raw`^(?:(?:${namePattern})\s*<${addressPattern}>|${addressPattern})$`, 'u');

export function parseMail(settings: Settings, { production, dataDir, publicUrl, appUrl }: MailPlace): MailConfig {
  const linkBase = appUrl ?? publicUrl;
  const from = settings.text('MAIL_FROM', `Sallyport <no-reply@${new URL(publicUrl).hostname}>`);
  if (!sender.test(from))
    settings.mistake(
      'MAIL_FROM',
      'expected an e-mail address such as Name <no-reply@example.com> or "Name, Inc." <no-reply@example.com>',
    );
  const url = settings.text('MAIL_URL', '');
  if (url === '') return { from, linkBase, to: production ? null : { kind: 'folder', folder: join(dataDir, 'mail') } };
  requireServer(settings, url);
  return { from, linkBase, to: { kind: 'smtp', url } };
}

/** Requires a URL of a server and nothing else: parameters could take TLS away from a password that is sent there. */
function requireServer(settings: Settings, text: string): void {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:\/\/[^/]/.test(text))
    settings.mistake('MAIL_URL', 'expected smtp://user:password@host:port, or smtps:// for TLS from the first byte');
  else if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    settings.mistake(
      'MAIL_URL',
      'expected nothing behind the port, neither a path nor parameters, and what is special in a URL percent-encoded in user and password',
    );
}

export function parseOwnerNotices(settings: Settings): readonly OwnerNotice[] {
  const named = settings.list('OWNER_MAILS');
  if (named.length === 0) return ownerNotices;
  return named.join() === 'none' ? [] : settings.someOf('OWNER_MAILS', ownerNotices);
}
