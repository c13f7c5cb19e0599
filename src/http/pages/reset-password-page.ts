import { newPasswordField, revokeApiKeysField, revokesApiKeys } from './account-fields.ts';
import { backOfKeptForm } from './account/kept-form.ts';
import { form, refusedWith, type Tried } from './form.ts';
import { RequestPasswordReset, ResetPassword } from './generated/documents.ts';
import { html } from './html.ts';
import { card } from './layout.ts';
import { invalidLinkPage, donePage, isOfToken } from './link-page.ts';
import type { Form, Page, PageAnswer, ShownPage, Visit } from './page.ts';
import { attempt, Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** Sends a link to choose a new password, and, opened by the link, sets the password. */
export const resetPasswordPage: Page = async (visit) => {
  const { form: sent, url } = visit;
  if (sent !== null) {
    const token = sent.get('token');
    return token === undefined ? request(visit, sent) : reset(visit, sent, token);
  }
  const token = url.searchParams.get('token');
  if (token === null) return requestForm(visit, null);
  return token === '' ? invalidLinkPage('missing', newLink(visit)) : resetForm(visit, token, null);
};

const newLink = ({ site }: Visit) => ({ text: texts.link.newReset, href: `${site.base}/reset-password` });

async function request(visit: Visit, sent: Form): Promise<PageAnswer> {
  const email = sent.get('email') ?? '';
  const answer = await attempt(visit.ask(RequestPasswordReset, { email }));
  if (answer instanceof Refusal) return requestForm(visit, { form: sent, refusal: answer });
  const { back, sentLead, sentTitle } = texts.requestReset;
  return donePage(sentTitle, sentLead(email), { text: back, href: `${visit.site.base}/sign-in` });
}

async function reset(visit: Visit, sent: Form, token: string): Promise<PageAnswer> {
  const input = { token, newPassword: sent.get('newPassword') ?? '', revokeApiKeys: revokesApiKeys(sent) };
  const answer = await attempt(visit.ask(ResetPassword, input));
  if (answer instanceof Refusal) {
    return isOfToken(answer)
      ? invalidLinkPage('spent', newLink(visit))
      : resetForm(visit, token, { form: sent, refusal: answer });
  }
  const { doneLead, doneTitle } = texts.reset;
  const { cookies, site } = visit;
  const back = backOfKeptForm(cookies);
  const next = back === null ? '' : `?${new URLSearchParams({ next: back }).toString()}`;
  return donePage(doneTitle, doneLead, { text: texts.link.signIn, href: `${site.base}/sign-in${next}` });
}

function requestForm({ site }: Visit, tried: Tried | null): ShownPage {
  const { title, lead, submit, back } = texts.requestReset;
  const content = html`
    ${form({
      action: `${site.base}/reset-password`,
      id: 'request',
      tried,
      focus: true,
      fields: [{ kind: 'email', name: 'email', label: texts.fields.email, autocomplete: 'username' }],
      submit,
    })}
    <p class="foot"><a href="${site.base}/sign-in">${back}</a></p>
  `;
  return { title, ...refusedWith(tried), main: card(title, lead, content) };
}

function resetForm({ site }: Visit, token: string, tried: Tried | null): ShownPage {
  const { title, lead, submit } = texts.reset;
  const parts = {
    action: `${site.base}/reset-password`,
    id: 'reset',
    hidden: { token },
    tried,
    focus: true,
    fields: [newPasswordField('newPassword', texts.fields.newPassword), revokeApiKeysField],
    submit,
  };
  return { title, ...refusedWith(tried), main: card(title, lead, form(parts)) };
}
