import { form, refusedWith, type Tried } from './form.ts';
import { VerifyEmail } from './generated/documents.ts';
import { html } from './html.ts';
import { card } from './layout.ts';
import { invalidLinkPage, donePage, isOfToken } from './link-page.ts';
import type { Page, ShownPage, Visit } from './page.ts';
import { attempt, Refusal } from './refusal.ts';
import { emailOfViewer } from './sign-in-page.ts';
import { texts } from './texts.ts';

interface ConfirmationTexts {
  readonly title: string;
  readonly lead: string;
  readonly submit: string;
  readonly doneTitle: string;
  readonly doneLead: string;
}

/**
 * Confirms an e-mail by a mailed link. Opening the link uses nothing up, since scanners of mail open it, too:
 * the button does, with the password of the account, or in its own session.
 */
export function createConfirmEmailPage(path: string, words: ConfirmationTexts): Page {
  const confirmed = ({ site }: Visit): ShownPage =>
    donePage(words.doneTitle, words.doneLead, { text: texts.account.goOn, href: `${site.base}/account` });

  return async (visit) => {
    const { ask, form: sent, site, url } = visit;
    const token = sent?.get('token') ?? url.searchParams.get('token') ?? '';
    const next = { text: texts.link.newVerification, href: `${site.base}/account` };
    if (token === '') return invalidLinkPage('missing', next);
    if (sent === null) {
      const email = url.searchParams.has('by-password') ? null : await emailOfViewer(visit);
      return email === null ? byPassword(visit, token, null) : bySession(visit, token, email);
    }
    const password = sent.get('password');
    const answer = await attempt(ask(VerifyEmail, { token, ...(password === undefined ? {} : { password }) }));
    if (!(answer instanceof Refusal)) return confirmed(visit);
    return isOfToken(answer)
      ? invalidLinkPage('spent', next)
      : byPassword(visit, token, { form: sent, refusal: answer });
  };

  function byPassword({ site }: Visit, token: string, tried: Tried | null): ShownPage {
    const { title, lead, submit } = words;
    const parts = {
      action: `${site.base}${path}`,
      id: 'confirm',
      hidden: { token },
      tried,
      focus: true,
      fieldOfCode: { INVALID_CREDENTIALS: 'password' },
      fields: [
        {
          kind: 'password' as const,
          name: 'password',
          label: texts.fields.password,
          autocomplete: 'current-password',
        },
      ],
      submit,
    };
    return { title, ...refusedWith(tried), main: card(title, lead, form(parts)) };
  }

  function bySession({ site }: Visit, token: string, email: string): ShownPage {
    const { title, submit } = words;
    const action = `${site.base}${path}`;
    const other = `${action}?by-password&token=${encodeURIComponent(token)}`;
    const content = html`
      ${form({ action, id: 'confirm', hidden: { token }, fields: [], submit })}
      <p class="foot"><a href="${other}">${texts.verify.otherwise}</a></p>
    `;
    return { title, main: card(title, texts.verify.leadSignedIn(email), content) };
  }
}
