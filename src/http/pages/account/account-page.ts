import { AppError } from '../../../errors.ts';
import type { Tried } from '../form.ts';
import { Viewer } from '../generated/documents.ts';
import type { Form, Page, PageAnswer, Visit } from '../page.ts';
import { attempt, Refusal } from '../refusal.ts';
import { signInForm, stepField, takeSignInStep, type SignInPlace } from '../sign-in-steps.ts';
import { texts } from '../texts.ts';
import { accountLayout, accountOf, formActionOf } from './account-layout.ts';
import { carriedOf, resume } from './carried.ts';
import { confirmForm, leaveToConfirm, takeConfirmStep } from './confirm-steps.ts';
import type { Action, Section } from './section.ts';

const proofRequired = ['MFA_REQUIRED', 'REAUTHENTICATION_REQUIRED'];

/**
 * Creates a page of the account. A form whose session has ended, or that needs a fresh proof, asks for that in its
 * place and then goes on with what was entered.
 */
export function createAccountPage<Data>(section: Section<Data>): Page {
  const actions = new Map<string, Action>(Object.entries(section.actions));

  async function overview(visit: Visit, tried: Tried | null): Promise<PageAnswer> {
    const { ask, site, url } = visit;
    const next = encodeURIComponent(site.base + section.path);
    // A provider led back with an account that has a second factor.
    if (url.searchParams.get(stepField) === 'factor')
      return { redirectTo: `${site.base}/sign-in?${stepField}=factor&next=${next}` };
    const loaded = await attempt(section.load(ask));
    if (!(loaded instanceof Refusal)) return accountLayout(visit, section, loaded, tried);
    if (loaded.code !== 'UNAUTHENTICATED') throw loaded;
    return { redirectTo: `${site.base}/sign-in?next=${next}` };
  }

  async function act(visit: Visit, form: Form): Promise<PageAnswer> {
    const action = actions.get(form.get('action') ?? '');
    if (action === undefined) throw new AppError('BAD_REQUEST', 'This form is not known: open the page again.');
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

  const placeOf = (visit: Visit, form: Form): SignInPlace => ({
    title: texts.signIn.again,
    lead: texts.signIn.againLead,
    action: formActionOf(visit.site, section.path, accountOf(visit)),
    carried: carriedOf(form),
  });

  return async (visit) => {
    const { form: sent, site } = visit;
    if (sent === null) return overview(visit, null);
    if (!sent.has(stepField)) return act(visit, sent);
    const { form, isComplete } = resume(sent);
    const place = placeOf(visit, form);
    if (sent.get(stepField) === 'provider') return leaveToConfirm(visit, sent, place);
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

/** Tells whether a form was not written for another account than the one that is signed in now. */
async function isForViewer(visit: Visit): Promise<boolean> {
  const account = accountOf(visit);
  if (account === null) return true;
  const answer = await attempt(visit.ask(Viewer));
  // If the caller is anonymous, the action itself says so.
  return answer instanceof Refusal || answer.me === null || answer.me.id === account;
}
