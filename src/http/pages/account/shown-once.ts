import { html, type Html } from '../html.ts';
import { card } from '../layout.ts';
import type { ShownPage } from '../page.ts';

export interface ShownOnce {
  readonly title: string;
  readonly lead: string;
  readonly shown: Html;
  readonly stored: string;
  readonly next: string;
}

/** Shows a secret that no other answer shows again, and leads on once it is stored. */
export const shownOnce = ({ title, lead, shown, stored, next }: ShownOnce): ShownPage => ({
  title,
  main: card(
    title,
    lead,
    html`<div class="field">${shown}</div>
      <p class="actions"><a class="button" href="${next}">${stored}</a></p>`,
  ),
});
