import { reasonOf, refusedWith } from '../form.ts';
import { alert } from '../layout.ts';
import type { Form, PageAnswer, ShownPage, Visit } from '../page.ts';
import { leaveForProvider } from '../provider-page.ts';
import { attempt, Refusal } from '../refusal.ts';
import { signInForm, stepField, type SignInPlace } from '../sign-in-steps.ts';
import { accountOf } from './account-layout.ts';
import { resume } from './carried.ts';
import { confirmForm } from './confirm-steps.ts';
import { keepForm, refuseTooLong, type KeptFor } from './kept-form.ts';
import type { DoneName } from './section.ts';

/** What a page between carries, and where it leads: what was entered is kept in the browser meanwhile. */
interface Leaving {
  readonly visit: Visit;
  readonly sent: Form;
  readonly place: SignInPlace;
  /** The path to come back to. */
  readonly back: string;
}

interface LeavingStep {
  /** What the page of the account says once its user is back. */
  readonly done: DoneName;
  readonly leave: (leaving: Leaving) => Promise<PageAnswer | Refusal>;
  /** Shows the page again, with the reason why it was not left. */
  readonly stay?: (leaving: Leaving, refusal: Refusal) => Promise<ShownPage> | ShownPage;
}

const steps: Readonly<Record<string, LeavingStep>> = {
  // Of an account that has no other proof.
  provider: {
    done: 'confirmed',
    leave: (leaving) => toProvider(leaving, { fresh: true }),
    stay: ({ visit, sent, place }, refusal) => confirmForm(visit, place, { form: sent, refusal }),
  },
  'provider-sign-in': {
    done: 'signed-in',
    leave: (leaving) => toProvider(leaving, { fresh: false }),
    stay({ visit, sent, place }, refusal) {
      const refused = signInForm(visit, { ...place, before: alert(reasonOf(refusal)) }, null);
      return { ...refused, ...refusedWith({ form: sent, refusal }) };
    },
  },
  'email-sign-in': {
    done: 'signed-in',
    leave: async ({ visit, back: next }) => ({
      redirectTo: `${visit.site.base}/email-login?${new URLSearchParams({ next }).toString()}`,
    }),
  },
  // The mail comes back to a page that knows from what is kept where to lead on.
  'password-by-mail': {
    done: 'signed-in',
    leave: async ({ visit }) => ({ redirectTo: `${visit.site.base}/reset-password` }),
  },
};

/**
 * Takes a step that leaves the page of the account, for a proof or a sign-in. It leads back there, and what was entered is
 * kept for the account for which it was written.
 * @returns null if the form stands for no such step, or the refusal of a form that is too long to be kept.
 */
export async function takeLeavingStep(
  visit: Visit,
  sent: Form,
  place: SignInPlace,
): Promise<PageAnswer | Refusal | null> {
  const name = sent.get(stepField) ?? '';
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  if (step === undefined) return null;
  const { form } = resume(sent);
  const kept = keptFor(visit, place, step.done);
  const tooLong = refuseTooLong(form, kept);
  if (tooLong !== null) return tooLong;
  const leaving = { visit, sent, place, back: kept.back };
  const page = await step.leave(leaving);
  if (page instanceof Refusal) return step.stay?.(leaving, page) ?? page;
  keepForm(visit.cookies, form, kept);
  return page;
}

/** Tells whether a form can be kept while its sender signs in somewhere else. */
export const canLeave = (visit: Visit, form: Form, place: Pick<SignInPlace, 'action'>): boolean =>
  refuseTooLong(form, keptFor(visit, place, 'signed-in')) === null;

function keptFor(visit: Visit, { action }: Pick<SignInPlace, 'action'>, done: DoneName): KeptFor {
  const back = new URL(action, visit.site.publicUrl);
  back.searchParams.set('done', done);
  return { account: accountOf(visit) ?? '', back: back.pathname + back.search };
}

function toProvider({ visit, sent, back }: Leaving, { fresh }: { readonly fresh: boolean }) {
  const returnTo = new URL(visit.site.publicUrl).origin + back;
  return attempt(leaveForProvider(visit, { provider: sent.get('provider') ?? '', returnTo, link: false, fresh }));
}
