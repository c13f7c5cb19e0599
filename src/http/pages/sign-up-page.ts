import { displayNameField, newPasswordField } from './account-fields.ts';
import { form, refusedWith, type Tried } from './form.ts';
import { Register } from './generated/documents.ts';
import { html } from './html.ts';
import { card } from './layout.ts';
import type { Page, ShownPage, Visit } from './page.ts';
import { attempt, Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** Makes an account, or asks for its confirmation by mail. */
export const signUpPage: Page = async (visit) => {
  const { ask, form: sent, site } = visit;
  if (!site.canRegister) return closedPage(visit);
  if (sent === null) return signUpForm(visit, null);
  const email = sent.get('email') ?? '';
  const input = {
    email,
    password: sent.get('password') ?? '',
    displayName: sent.get('displayName') ?? '',
    delivery: 'COOKIE' as const,
  };
  const answer = await attempt(ask(Register, { input }));
  if (answer instanceof Refusal) return signUpForm(visit, { form: sent, refusal: answer });
  return answer.register.__typename === 'ConfirmationSent'
    ? sentPage(visit, email)
    : { redirectTo: `${site.base}/account` };
};

function signUpForm({ site }: Visit, tried: Tried | null): ShownPage {
  const { haveOne, signIn, submit, title: titleOf } = texts.signUp;
  const title = titleOf(site.brand.name);
  return {
    title,
    ...refusedWith(tried),
    main: card(
      title,
      null,
      html`
        ${form({
          action: `${site.base}/sign-up`,
          id: 'sign-up',
          tried,
          focus: true,
          fieldOfCode: { CONFLICT: 'email' },
          fields: [
            displayNameField,
            { kind: 'email', name: 'email', label: texts.fields.email, autocomplete: 'username' },
            newPasswordField('password', texts.fields.password),
          ],
          submit,
        })}
        <p class="foot">${haveOne} <a href="${site.base}/sign-in">${signIn}</a></p>
      `,
    ),
  };
}

function sentPage({ site }: Visit, email: string): ShownPage {
  const { anew, notCome, sentLead, sentTitle, signIn } = texts.signUp;
  const next = html`
    <p>${notCome} <a href="${site.base}/sign-up">${anew}</a></p>
    <p class="foot"><a href="${site.base}/sign-in">${signIn}</a></p>
  `;
  return { title: sentTitle, main: card(sentTitle, sentLead(email), next) };
}

function closedPage({ site }: Visit): ShownPage {
  const { closedLead, closedTitle, signIn } = texts.signUp;
  const link = html`<p class="foot"><a href="${site.base}/sign-in">${signIn}</a></p>`;
  return { title: closedTitle, status: 403, main: card(closedTitle, closedLead, link) };
}
