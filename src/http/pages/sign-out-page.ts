import { form } from './form.ts';
import { SignOut } from './generated/documents.ts';
import { card } from './layout.ts';
import type { Page } from './page.ts';
import { texts } from './texts.ts';

/** Ends the session of this device, once a button is pressed. */
export const signOutPage: Page = async ({ ask, form: sent, site }) => {
  const { title, lead, submit } = texts.signOut;
  if (sent === null) {
    return { title, main: card(title, lead, form({ action: `${site.base}/sign-out`, id: 'out', fields: [], submit })) };
  }
  await ask(SignOut);
  return { redirectTo: `${site.base}/sign-in?done=signed-out` };
};
