import { getDomain } from 'tldts';
import type { Config } from '../../../config/config.ts';

const product = 'sallyport';

/**
 * Names that are guessed first on this server: of the product, of its host and domain, of the sender of its mails, and
 * the one that its pages show.
 */
export function contextWordsOf({ http, mail, pages }: Pick<Config, 'http' | 'mail' | 'pages'>): string[] {
  const { hostname } = new URL(http.publicUrl);
  const domain = getDomain(hostname, { allowPrivateDomains: true })?.split('.')[0] ?? hostname;
  const sender = /^"?([^<"]+?)"?\s*</.exec(mail.from)?.[1] ?? '';
  const names = [sender, pages.brand.name];
  return [product, hostname, domain, ...names, ...names.flatMap((name) => name.split(/\s+/))];
}
