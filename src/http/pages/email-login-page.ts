import { form, refusedWith, type Tried } from './form.ts';
import { BeginEmailLogin, FinishEmailLogin } from './generated/documents.ts';
import { html } from './html.ts';
import { card } from './layout.ts';
import { invalidLinkPage } from './link-page.ts';
import { nextOf } from './next.ts';
import type { Form, Page, PageAnswer, ShownPage, Visit } from './page.ts';
import { attempt, Refusal } from './refusal.ts';
import { factorForm, stepField } from './sign-in-steps.ts';
import { texts } from './texts.ts';

const path = '/email-login';

/**
 * Signs in by e-mail: sends a mail, and takes its code or its link, in the browser that asked for it. Opening the link
 * uses nothing up.
 */
export const emailLoginPage: Page = async (visit) => {
  const { form: sent, site, url } = visit;
  const next = nextOf(site, sent?.get('next') ?? url.searchParams.get('next'));
  if (sent === null) {
    const token = url.searchParams.get('token');
    if (token === null) return requestForm(visit, next, null);
    return token === '' ? invalidLinkPage('missing', newMail(visit)) : linkForm(visit, token);
  }
  const step = sent.get(stepField);
  if (step === 'link') return finishByLink(visit, sent, next);
  return step === 'code' ? finishByCode(visit, sent, next) : request(visit, sent, next);
};

const newMail = ({ site }: Visit) => ({ text: texts.link.newEmailLogin, href: site.base + path });

async function request(visit: Visit, sent: Form, next: string): Promise<PageAnswer> {
  const answer = await attempt(visit.ask(BeginEmailLogin, { email: sent.get('email') ?? '' }));
  if (answer instanceof Refusal) return requestForm(visit, next, { form: sent, refusal: answer });
  return codeForm(visit, sent, next, null);
}

async function finishByLink(visit: Visit, sent: Form, next: string): Promise<PageAnswer> {
  const answer = await finish(visit, { token: sent.get('token') ?? '' }, next);
  if (!(answer instanceof Refusal)) return answer;
  if (isOfHandle(answer)) return invalidLinkPage('elsewhere', newMail(visit));
  if (answer.code === 'INVALID_GRANT' || answer.code === 'INVALID_CREDENTIALS') {
    return invalidLinkPage('spent', newMail(visit));
  }
  throw answer;
}

async function finishByCode(visit: Visit, sent: Form, next: string): Promise<PageAnswer> {
  const answer = await finish(visit, { code: sent.get('code') ?? '' }, next);
  if (!(answer instanceof Refusal)) return answer;
  if (!isOfHandle(answer) && answer.code !== 'INVALID_GRANT') {
    return codeForm(visit, sent, next, { form: sent, refusal: answer });
  }
  const refusal = new Refusal({ message: texts.emailLogin.over, extensions: { code: 'INVALID_GRANT' } });
  return requestForm(visit, next, { form: sent, refusal });
}

/** Tells whether a browser was refused because it did not ask for the mail, or asked too long ago. */
const isOfHandle = ({ field }: Refusal): boolean => field === 'handle';

async function finish(
  visit: Visit,
  proof: { readonly code: string } | { readonly token: string },
  next: string,
): Promise<PageAnswer | Refusal> {
  const { ask, site } = visit;
  const answer = await attempt(ask(FinishEmailLogin, { input: { ...proof, delivery: 'COOKIE' } }));
  if (answer instanceof Refusal) return answer;
  const { finishEmailLogin: result } = answer;
  if (result.__typename !== 'MfaChallenge') return { redirectTo: next };
  const place = { title: texts.signIn.title(site.brand.name), lead: null, action: `${site.base}/sign-in` };
  return factorForm(visit, { ...place, carried: { next } }, result, null);
}

function requestForm({ site }: Visit, next: string, tried: Tried | null): ShownPage {
  const { title: titleOf, lead, submit, back } = texts.emailLogin;
  const title = titleOf(site.brand.name);
  const content = html`
    ${form({
      action: site.base + path,
      id: 'request',
      hidden: { next, [stepField]: 'request' },
      tried,
      focus: true,
      fields: [{ kind: 'email', name: 'email', label: texts.fields.email, autocomplete: 'username' }],
      submit,
    })}
    <p class="foot"><a href="${site.base}/sign-in?next=${encodeURIComponent(next)}">${back}</a></p>
  `;
  return { title, ...refusedWith(tried), main: card(title, lead, content) };
}

function codeForm({ site }: Visit, sent: Form, next: string, tried: Tried | null): ShownPage {
  const { codeTitle: title, codeLead, code, codeSubmit: submit, again } = texts.emailLogin;
  const email = sent.get('email') ?? '';
  const action = site.base + path;
  const content = html`
    ${form({
      action,
      id: 'code',
      hidden: { next, email, [stepField]: 'code' },
      tried,
      focus: true,
      fieldOfCode: { INVALID_CREDENTIALS: 'code' },
      fields: [{ kind: 'code', name: 'code', label: code, autocomplete: 'one-time-code' }],
      submit,
    })}
    <p class="foot"><a href="${action}?next=${encodeURIComponent(next)}">${again}</a></p>
  `;
  return { title, ...refusedWith(tried), main: card(title, codeLead(email), content) };
}

function linkForm({ site }: Visit, token: string): ShownPage {
  const { linkTitle, linkLead, linkSubmit: submit } = texts.emailLogin;
  const title = linkTitle(site.brand.name);
  const hidden = { token, [stepField]: 'link' };
  const parts = { action: site.base + path, id: 'link', hidden, fields: [], submit };
  return { title, main: card(title, linkLead, form(parts)) };
}
