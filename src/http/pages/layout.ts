import { attributes, html, type Html, type Part } from './html.ts';
import type { ShownPage } from './page.ts';
import type { Site } from './site.ts';
import { texts } from './texts.ts';

/** Writes the whole document around a page. */
export function documentOf(page: ShownPage, site: Site): string {
  const { title, main, width = 'narrow', head } = page;
  const { name } = site.brand;
  const { markup } = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title === name ? title : `${title} · ${name}`}</title>
      <link rel="icon" href="${site.assets.logo ?? 'data:,'}" />
      <link rel="stylesheet" href="${site.assets.style}" />
      <script type="module" src="${site.assets.script}"></script>
    </head>
    <body class="${width}" data-public-url="${site.publicUrl}" ${attributes(scriptTexts)}>
      <a class="skip" href="#main">${texts.skip}</a>
      <header>
        <a class="brand" href="${site.base}/account">${logoOf(site)}</a>
        ${head}
      </header>
      <main id="main" tabindex="-1">${main}</main>
    </body>
  </html>`;
  return `<!doctype html>\n${markup}\n`;
}

/** The texts of the script, which has none of its own. */
const scriptTexts = {
  'data-show': texts.show,
  'data-hide': texts.hide,
  'data-copy': texts.copy,
  'data-copied': texts.copied,
  'data-download': texts.download,
  'data-passkey-failed': texts.passkey.failed,
  'data-elsewhere': texts.elsewhere.lead,
};

function logoOf({ brand, assets }: Site): Html {
  if (assets.logo === null) return html`<span class="mark" aria-hidden="true"></span>${brand.name}`;
  return html`<img src="${assets.logo}" alt="${brand.name}" />`;
}

/** Writes a card with a title, which is the one heading of a narrow page. */
export const card = (title: string, lead: string | null, content: Html): Html => html`
  <section class="card">
    <h1>${title}</h1>
    ${lead !== null && html`<p class="lead">${lead}</p>`} ${content}
  </section>
`;

/** Tells what was done; a screen reader reads it out. */
export const notice = (text: string): Html =>
  html`<p class="notice" role="status"><span aria-hidden="true">✓</span> ${text}</p>`;

/** Tells what went wrong; a screen reader reads it out at once. */
export const alert = (text: Part): Html =>
  html`<div class="alert" role="alert">
    <span aria-hidden="true">!</span>
    <div>${text}</div>
  </div>`;

/** Shows a moment; the script writes it in the language and the zone of its reader. */
export function time(iso: string, shown: 'moment' | 'date' = 'moment'): Html {
  const date = iso.slice(0, 10);
  const text = shown === 'date' ? date : `${date} ${iso.slice(11, 16)} UTC`;
  return html`<time datetime="${iso}" data-shown="${shown}">${text}</time>`;
}
