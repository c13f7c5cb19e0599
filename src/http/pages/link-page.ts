import { html } from './html.ts';
import { card } from './layout.ts';
import type { ShownPage } from './page.ts';
import type { Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** The next step for a user whose mailed link does not work. */
export interface NextStep {
  readonly text: string;
  /** None if only another person can help. */
  readonly href?: string;
}

/** Tells whether a refusal is about the token of a mailed link. */
export const isOfToken = ({ field, problem }: Refusal): boolean => field === 'token' && problem === 'invalid_token';

/** Says why a mailed link does not work, and what to do next. */
export function invalidLinkPage(reason: 'missing' | 'spent' | 'elsewhere', { text, href }: NextStep): ShownPage {
  const { title } = texts.link;
  const next =
    href === undefined
      ? html`<p>${text}</p>`
      : html`<p class="actions"><a class="button" href="${href}">${text}</a></p>`;
  return { title, status: 410, main: card(title, texts.link[reason], next) };
}

/** Tells what was done, and leads on. */
export const donePage = (title: string, lead: string, next: Required<NextStep>): ShownPage => ({
  title,
  main: card(title, lead, html`<p class="actions"><a class="button" href="${next.href}">${next.text}</a></p>`),
});
