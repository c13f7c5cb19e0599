import { html } from './html.ts';
import { card } from './layout.ts';
import type { ShownPage } from './page.ts';
import type { Refusal } from './refusal.ts';
import type { Site } from './site.ts';
import { texts } from './texts.ts';

/** Says what went wrong if no form can say it, and leads back. */
export function problemPage({ message, status, retryAfterSeconds, requestId }: Refusal, site: Site): ShownPage {
  const { title, wait, requestId: quote, back } = texts.problem;
  const content = html`
    ${retryAfterSeconds !== undefined && html`<p>${wait(retryAfterSeconds)}</p>`}
    ${requestId !== undefined && html`<p>${quote(requestId)}</p>`}
    <p class="actions"><a class="button" href="${site.base}/account">${back}</a></p>
  `;
  return { title, status, retryAfterSeconds, main: card(title, message, content) };
}
