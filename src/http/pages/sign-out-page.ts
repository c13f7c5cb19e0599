import { dropKeptForm } from './account/kept-form.ts';
import { form } from './form.ts';
import { SignOut } from './generated/documents.ts';
import { html } from './html.ts';
import { card } from './layout.ts';
import type { Page } from './page.ts';
import { texts } from './texts.ts';

/** Ends the session of this device, once a button is pressed. */
export const signOutPage: Page = async ({ ask, cookies, form: sent, site }) => {
  const { title, lead, stay, submit } = texts.signOut;
  if (sent === null) {
    const content = html`
      ${form({ action: `${site.base}/sign-out`, id: 'out', fields: [], submit })}
      <p class="foot"><a href="${site.base}/account">${stay}</a></p>
    `;
    return { title, main: card(title, lead, content) };
  }
  dropKeptForm(cookies);
  await ask(SignOut);
  return { redirectTo: `${site.base}/sign-in?done=signed-out` };
};
