import { readChallengeCookie } from '../../request/challenge-cookie.ts';
import { reasonOf, refusedWith } from './form.ts';
import { Viewer } from './generated/documents.ts';
import { html } from './html.ts';
import { alert, card, notice } from './layout.ts';
import { nextOf } from './next.ts';
import type { Form, Page, PageAnswer, ShownPage, Visit } from './page.ts';
import { leaveForProvider, pagesOfProviders, providerButtons, refusalByProvider } from './provider-page.ts';
import { attempt, Refusal } from './refusal.ts';
import {
  askForFactor,
  factorExpired,
  signInForm,
  stepField,
  takeSignInStep,
  type SignInPlace,
} from './sign-in-steps.ts';
import { texts } from './texts.ts';

/** Signs in by password, passkey or provider, and by a second factor; then it leads to where `next` says. */
export const signInPage: Page = async (visit) => {
  const { form, site, url } = visit;
  const next = nextOf(site, form?.get('next') ?? url.searchParams.get('next'));
  const place = placeOf(visit, next);
  if (form?.get(stepField) === 'provider') return toProvider(visit, form, place, next);
  if (form !== null) return (await takeSignInStep(visit, form, place)) ?? signedIn(visit, next);
  const isHandedOver = url.searchParams.get(stepField) === 'factor';
  const challenge = isHandedOver ? readChallengeCookie(visit.cookies) : null;
  // Also of a user who is signed in: a provider led back with another account, or once more.
  if (challenge !== null) return askForFactor(visit, place, challenge);
  const email = isAsked(visit) ? null : await emailOfViewer(visit);
  if (email !== null) return stillSignedIn(visit, next, email);
  return signInForm(visit, place, isHandedOver ? { form: new Map(), refusal: factorExpired() } : null);
};

/** Tells whether a user who is signed in is to sign in once more: that proves anew who it is. */
const isAsked = ({ form, url }: Visit): boolean => (form ?? url.searchParams).has(againField);

const againField = 'again';

function signedIn({ cookies }: Visit, next: string): PageAnswer {
  if (cookies.get('challenge') !== undefined) cookies.clear('challenge');
  return { redirectTo: next };
}

/** Leads a user who is signed in on; one who comes back from a provider without a sign-in is told why first. */
function stillSignedIn(visit: Visit, next: string, email: string): PageAnswer {
  const refusal = refusalByProvider(visit);
  if (refusal === false) return { redirectTo: next };
  const { goOn, stillSignedIn: title, stillSignedInLead } = texts.provider;
  const link = html`<p class="actions"><a class="button" href="${next}">${goOn}</a></p>`;
  return { title, main: card(title, stillSignedInLead(email), html`${refusal} ${link}`) };
}

async function toProvider(visit: Visit, sent: Form, place: SignInPlace, next: string): Promise<ShownPage> {
  const { publicUrl } = visit.site;
  const returnTo = `${publicUrl}${pagesOfProviders.signIn}?next=${encodeURIComponent(next)}`;
  const asked = { provider: sent.get('provider') ?? '', returnTo, link: false, fresh: isAsked(visit) };
  const page = await attempt(leaveForProvider(visit, asked));
  if (!(page instanceof Refusal)) return page;
  const refused = alert(reasonOf(page));
  return { ...signInForm(visit, { ...place, before: refused }, null), ...refusedWith({ form: sent, refusal: page }) };
}

/** Returns the e-mail of the user who is signed in; null if the caller is anonymous. */
export async function emailOfViewer({ ask }: Pick<Visit, 'ask'>): Promise<string | null> {
  const answer = await attempt(ask(Viewer));
  if (!(answer instanceof Refusal)) return answer.me?.email ?? null;
  if (answer.code === 'UNAUTHENTICATED') return null;
  throw answer;
}

function placeOf(visit: Visit, next: string): SignInPlace {
  const { site, url } = visit;
  const { base, brand, canRegister, canSignInByEmail } = site;
  const done = url.searchParams.get('done');
  const { byEmail, create, noAccount, onceMore, title } = texts.signIn;
  const isAgain = isAsked(visit);
  const carried = { next, ...(isAgain ? { [againField]: 'on' } : {}) };
  const emailPage = `${base}/email-login?next=${encodeURIComponent(next)}`;
  const action = base + pagesOfProviders.signIn;
  const isKnown = done === 'signed-out' || done === 'account-closed';
  return {
    title: title(brand.name),
    lead: isAgain ? onceMore : null,
    action,
    carried,
    before: isKnown ? notice(texts.account.done[done]) : refusalByProvider(visit),
    more: html`
      ${providerButtons(site, { action, hidden: { ...carried, [stepField]: 'provider' } })}
      ${canSignInByEmail && html`<p class="foot"><a href="${emailPage}">${byEmail}</a></p>`}
      ${canRegister && !isAgain && html`<p class="foot">${noAccount} <a href="${base}/sign-up">${create}</a></p>`}
    `,
  };
}
