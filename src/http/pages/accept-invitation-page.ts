import { displayNameField, newPasswordField } from './account-fields.ts';
import { form, refusedWith, type Tried } from './form.ts';
import { AcceptInvitation } from './generated/documents.ts';
import { card } from './layout.ts';
import { invalidLinkPage, isOfToken } from './link-page.ts';
import type { Page, ShownPage, Visit } from './page.ts';
import { attempt, Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** Makes the account that an invitation offers, and signs it in. */
export const acceptInvitationPage: Page = async (visit) => {
  const { ask, form: sent, site, url } = visit;
  const token = sent?.get('token') ?? url.searchParams.get('token') ?? '';
  if (token === '') return invalidLinkPage('missing', { text: texts.link.newInvitation });
  if (sent === null) return invitationForm(visit, token, null);
  const input = {
    token,
    displayName: sent.get('displayName') ?? '',
    password: sent.get('password') ?? '',
    delivery: 'COOKIE' as const,
  };
  const answer = await attempt(ask(AcceptInvitation, { input }));
  if (!(answer instanceof Refusal)) return { redirectTo: `${site.base}/account` };
  if (isOfToken(answer)) return invalidLinkPage('spent', { text: texts.link.newInvitation });
  return invitationForm(visit, token, { form: sent, refusal: answer });
};

function invitationForm({ site }: Visit, token: string, tried: Tried | null): ShownPage {
  const { title: titleOf, lead, submit } = texts.invitation;
  const title = titleOf(site.brand.name);
  const parts = {
    action: `${site.base}/accept-invitation`,
    id: 'invitation',
    hidden: { token },
    tried,
    focus: true,
    fields: [displayNameField, newPasswordField('password', texts.fields.password)],
    submit,
  };
  return { title, ...refusedWith(tried), main: card(title, lead, form(parts)) };
}
