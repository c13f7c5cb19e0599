import { form, refusedWith, type Tried } from '../form.ts';
import { BeginPasskeyLogin, Proofs, Reauthenticate } from '../generated/documents.ts';
import { html, type Html } from '../html.ts';
import { jsonField } from '../json-field.ts';
import { alert, card } from '../layout.ts';
import type { Form, Redirect, ShownPage, Visit } from '../page.ts';
import { passkeyForm } from '../passkey-form.ts';
import { leaveForProvider } from '../provider-page.ts';
import { attempt, Refusal } from '../refusal.ts';
import { codeFields, signInForm, stepField, type SignInPlace } from '../sign-in-steps.ts';
import { texts } from '../texts.ts';
import { accountOf } from './account-layout.ts';
import { resume } from './carried.ts';
import { keepForm } from './kept-form.ts';
import type { DoneName } from './section.ts';

/** Takes a proof of who is signed in. @returns null if it was accepted, or the page to show. */
export async function takeConfirmStep(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage | null> {
  const answer = await attempt(visit.ask(Reauthenticate, { input: proofOf(sent) }));
  return answer instanceof Refusal ? confirmForm(visit, place, { form: sent, refusal: answer }) : null;
}

function proofOf(sent: Form) {
  const [passkey, code, recoveryCode, password] = ['passkey', 'code', 'recoveryCode', 'password'].map((name) =>
    sent.get(name),
  );
  if (passkey !== undefined) return { passkey: jsonField(passkey) };
  if (code !== undefined) return { code };
  return recoveryCode === undefined ? { password: password ?? '' } : { recoveryCode };
}

/** Has a provider ask for a proof, for an account that has no other. It leads back to the page of the account. */
export async function leaveToConfirm(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage> {
  const page = await leaveWith(visit, sent, place, { done: 'confirmed', fresh: true });
  return page instanceof Refusal ? confirmForm(visit, place, { form: sent, refusal: page }) : page;
}

/** Signs in by a provider in place of a session that has ended. It leads back to the page of the account. */
export async function leaveToSignIn(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage> {
  const page = await leaveWith(visit, sent, place, { done: 'signed-in', fresh: false });
  if (!(page instanceof Refusal)) return page;
  const refused = signInForm(visit, { ...place, before: alert(page.message) }, null);
  return { ...refused, ...refusedWith({ form: sent, refusal: page }) };
}

/** Signs in by a mailed code in place of a session that has ended; its page leads back to the page of the account. */
export function leaveForMail({ cookies, ...visit }: Visit, sent: Form, { action }: SignInPlace): Redirect {
  const next = new URL(action, visit.site.publicUrl);
  next.searchParams.set('done', 'signed-in' satisfies DoneName);
  keepForm(cookies, accountOf(visit), resume(sent).form);
  const query = new URLSearchParams({ next: next.pathname + next.search });
  return { redirectTo: `${visit.site.base}/email-login?${query.toString()}` };
}

/** Leaves for a provider; what was entered is kept meanwhile, for the account for which it was written. */
async function leaveWith(
  visit: Visit,
  sent: Form,
  { action }: SignInPlace,
  { done, fresh }: { readonly done: DoneName; readonly fresh: boolean },
): Promise<ShownPage | Refusal> {
  const { cookies, site } = visit;
  const returnTo = new URL(site.publicUrl + action.slice(site.base.length));
  returnTo.searchParams.set('done', done);
  const provider = sent.get('provider') ?? '';
  const page = await attempt(leaveForProvider(visit, { provider, returnTo: returnTo.href, link: false, fresh }));
  if (!(page instanceof Refusal)) keepForm(cookies, accountOf(visit), resume(sent).form);
  return page;
}

/** Asks for a second factor; of an account without one for the password, or, without that, for a provider's word. */
export async function confirmForm(visit: Visit, place: SignInPlace, tried: Tried | null): Promise<ShownPage> {
  const { title, lead, submit } = texts.confirm;
  const { me } = await visit.ask(Proofs);
  const methods = me?.secondFactors ?? [];
  const hasPasskey = methods.includes('PASSKEY');
  const fields = methods.length > 0 ? codeFields(methods) : me?.hasPassword === false ? [] : [passwordField];
  const parts = { action: place.action, hidden: { ...place.carried, [stepField]: 'confirm' } };
  const content = html`
    ${
      hasPasskey &&
      passkeyForm({
        ...parts,
        id: 'passkey',
        ask: 'get',
        options: (await visit.ask(BeginPasskeyLogin)).beginPasskeyLogin,
        submit: texts.factor.passkey,
        style: fields.length === 0 ? 'primary' : 'secondary',
      })
    }
    ${
      fields.length > 0 &&
      form({
        ...parts,
        id: 'confirm',
        tried,
        focus: true,
        fields,
        submit,
        fieldOfCode: { INVALID_CREDENTIALS: lastOf(tried, fields) },
      })
    }
    ${fields.length === 0 && !hasPasskey && otherProofs(visit, place, me?.externalIdentities ?? [], tried)}
    <p class="foot"><a href="${place.action}">${texts.cancel}</a></p>
  `;
  return { title, ...refusedWith(tried), main: card(title, lead, content) };
}

const passwordField = {
  kind: 'password' as const,
  name: 'password',
  label: texts.fields.password,
  autocomplete: 'current-password',
};

/** A button for each provider that can tell who the user is, or the way to a password. */
function otherProofs(
  { site }: Visit,
  { action, carried }: SignInPlace,
  identities: ReadonlyArray<{ readonly provider: string }>,
  tried: Tried | null,
): Html {
  const linked = site.providers.filter(({ name }) => identities.some(({ provider }) => provider === name));
  const { cannotAsk, noProof, otherwise, setPassword } = texts.confirm;
  const passwordWay = html`<a href="${site.base}/reset-password">${setPassword}</a>`;
  if (linked.length === 0) return html`<p>${noProof} ${passwordWay}</p>`;
  const ways = linked.map(({ name, displayName, canAskForProof }) => {
    const button = form({
      action,
      id: `provider-${name}`,
      hidden: { ...carried, [stepField]: 'provider', provider: name },
      tried: tried?.form.get('provider') === name ? tried : null,
      fields: [],
      submit: texts.provider.goOnWith(displayName),
    });
    return html`${button} ${!canAskForProof && html`<p class="hint">${cannotAsk(displayName)}</p>`}`;
  });
  return html`${ways}
    <p class="foot">${otherwise} ${passwordWay}</p>`;
}

/** The field that was filled in, beside which the reason stands. */
const lastOf = (tried: Tried | null, fields: ReadonlyArray<{ readonly name: string }>): string =>
  fields.find(({ name }) => tried?.form.has(name) === true)?.name ?? fields[0]?.name ?? '';
