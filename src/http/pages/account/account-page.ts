import { form as writeForm, type Tried } from '../form.ts';
import { Viewer } from '../generated/documents.ts';
import { html, type Html } from '../html.ts';
import type { Form, Page, PageAnswer, Visit } from '../page.ts';
import { providerButtons } from '../provider-page.ts';
import { attempt, Refusal } from '../refusal.ts';
import { signInForm, stepField, takeSignInStep, type SignInPlace } from '../sign-in-steps.ts';
import { texts } from '../texts.ts';
import { accountLayout, accountOf, formActionOf, isOfAnother } from './account-layout.ts';
import { carriedOf, resume, withoutSecrets } from './carried.ts';
import { confirmForm, takeConfirmStep } from './confirm-steps.ts';
import { dropKeptForm, takeKeptForm } from './kept-form.ts';
import { canLeave, takeLeavingStep } from './leaving-steps.ts';
import type { Action, Section } from './section.ts';
import { unknownForm } from './unknown-form.ts';

const proofRequired = ['MFA_REQUIRED', 'REAUTHENTICATION_REQUIRED'];

/**
 * Creates a page of the account. A form whose session has ended, or that needs a fresh proof, asks for that in its
 * place and then goes on with what was entered.
 */
export function createAccountPage<Data>(section: Section<Data>): Page {
  const actions = new Map<string, Action>(Object.entries(section.actions));

  async function overview(visit: Visit, tried: Tried | null): Promise<PageAnswer> {
    const { ask, cookies, url } = visit;
    // A provider led back with an account that has a second factor.
    if (url.searchParams.get(stepField) === 'factor') return toSignIn(visit, { [stepField]: 'factor' });
    const loaded = await attempt(section.load(ask));
    if (!(loaded instanceof Refusal)) {
      const isOther = isOfAnother(visit, loaded.id);
      // What the former person of this browser typed is of no use to this one.
      if (isOther) dropKeptForm(cookies);
      const kept = tried === null && !isOther && isBack(visit) ? takeKeptForm(cookies, loaded.id) : null;
      return accountLayout(visit, section, loaded, kept === null ? tried : { form: kept, refusal: null });
    }
    if (loaded.code !== 'UNAUTHENTICATED') throw loaded;
    if (tried !== null) return signInForm(visit, placeOf(visit, tried.form), null);
    const error = url.searchParams.get('error');
    return toSignIn(visit, error === null ? {} : { error });
  }

  /** Leads to the page to sign in, and from there to where the visit was to go: a form may be kept for that. */
  function toSignIn({ site, url }: Visit, parameters: Readonly<Record<string, string>>): PageAnswer {
    const left = new URLSearchParams(url.search);
    for (const name of [stepField, 'error']) left.delete(name);
    const next = site.base + section.path + (left.size === 0 ? '' : `?${left.toString()}`);
    return { redirectTo: `${site.base}/sign-in?${new URLSearchParams({ ...parameters, next }).toString()}` };
  }

  async function act(visit: Visit, form: Form): Promise<PageAnswer> {
    const action = actions.get(form.get('action') ?? '');
    if (action === undefined) throw unknownForm();
    if (!(await isForViewer(visit))) return dropped(visit);
    const outcome = await attempt(action({ ...visit, form }));
    if (outcome instanceof Refusal) return refused(visit, form, outcome);
    if ('done' in outcome) return { redirectTo: `${visit.site.base}${section.path}?done=${outcome.done}` };
    return outcome;
  }

  async function refused(visit: Visit, form: Form, refusal: Refusal): Promise<PageAnswer> {
    if (refusal.code === 'UNAUTHENTICATED') return signInForm(visit, placeOf(visit, form), null);
    if (proofRequired.includes(refusal.code)) return confirmForm(visit, placeOf(visit, form), null);
    return overview(visit, { form, refusal });
  }

  const dropped = ({ site }: Visit): PageAnswer => ({ redirectTo: `${site.base}${section.path}?done=other-account` });

  function placeOf(visit: Visit, form: Form): SignInPlace {
    const action = formActionOf(visit.site, section.path, accountOf(visit));
    const carried = carriedOf(form);
    const { again: title, againLead: lead } = texts.signIn;
    const place = { title, lead, action, carried, forgot: false as const };
    const more = canLeave(visit, form, place) ? waysOut(visit, place) : signInElsewhere(place, form);
    return { ...place, more };
  }

  return async (visit) => {
    const { form: sent, site } = visit;
    if (sent === null) return overview(visit, null);
    if (!sent.has(stepField)) return act(visit, sent);
    const { form, isComplete } = resume(sent);
    const place = placeOf(visit, form);
    const left = await takeLeavingStep(visit, sent, place);
    if (left instanceof Refusal) return overview(visit, { form, refusal: left });
    if (left !== null) return left;
    const isSignIn = sent.get(stepField) !== 'confirm';
    const step = await attempt((isSignIn ? takeSignInStep : takeConfirmStep)(visit, sent, place));
    if (step instanceof Refusal) return refused(visit, form, step);
    if (step !== null) return step;
    // The user who signs in must be the one for whom the form was written.
    if (isSignIn && accountOf(visit) === null) return dropped(visit);
    if (isComplete) return act(visit, form);
    return { redirectTo: `${site.base}${section.path}?done=signed-in-again` };
  };
}

/** Writes the ways to sign in that leave the page. */
function waysOut({ site }: Visit, { action, carried }: Pick<SignInPlace, 'action' | 'carried'>): Html {
  const hiddenOf = (step: string): Record<string, string> => ({ ...carried, [stepField]: step });
  const button = (id: string, step: string, submit: string, style: 'secondary' | 'quiet'): Html =>
    writeForm({ action, id, hidden: hiddenOf(step), fields: [], submit, style });
  return html`
    ${providerButtons(site, { action, hidden: hiddenOf('provider-sign-in') })}
    ${site.canSignInByEmail && button('email-login', 'email-sign-in', texts.signIn.byEmail, 'secondary')}
    ${button('forgot', 'password-by-mail', texts.signIn.forgot, 'quiet')}
  `;
}

/** Offers to go on with a form that is too long to be kept, once its sender has signed in in another tab. */
function signInElsewhere({ action }: Pick<SignInPlace, 'action'>, form: Form): Html {
  const { goOn: submit, tooLong } = texts.signIn;
  const hidden = Object.fromEntries(withoutSecrets(form));
  return html`<p>${tooLong}</p>
    ${writeForm({ action, id: 'resend', hidden, fields: [], submit, style: 'secondary' })}`;
}

/** Tells whether a visit comes back from a provider, or from the second factor that its sign-in took. */
const isBack = ({ url: { searchParams } }: Visit): boolean =>
  ['confirmed', 'signed-in'].includes(searchParams.get('done') ?? '') || searchParams.has('error');

/** Tells whether a form was not written for another account than the one that is signed in now. */
async function isForViewer(visit: Visit): Promise<boolean> {
  const account = accountOf(visit);
  if (account === null) return true;
  const answer = await attempt(visit.ask(Viewer));
  // If the caller is anonymous, the action itself says so.
  return answer instanceof Refusal || answer.me === null || answer.me.id === account;
}
