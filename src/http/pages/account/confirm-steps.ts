import { form, refusedWith, type Tried } from '../form.ts';
import { BeginPasskeyLogin, Proofs, Reauthenticate } from '../generated/documents.ts';
import { html, type Html } from '../html.ts';
import { jsonField } from '../json-field.ts';
import { card } from '../layout.ts';
import type { Form, ShownPage, Visit } from '../page.ts';
import { passkeyForm, triedByHand } from '../passkey-form.ts';
import { attempt, Refusal } from '../refusal.ts';
import { codeFields, stepField, type SignInPlace } from '../sign-in-steps.ts';
import { texts } from '../texts.ts';

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
        tried,
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
        tried: triedByHand(tried),
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
  const passwordWay = form({
    action,
    id: 'password-by-mail',
    hidden: { ...carried, [stepField]: 'password-by-mail' },
    fields: [],
    submit: setPassword,
    style: linked.length === 0 ? 'primary' : 'quiet',
  });
  if (linked.length === 0)
    return html`<p>${noProof}</p>
      ${passwordWay}`;
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
    <p class="foot">${otherwise}</p>
    ${passwordWay}`;
}

/** The field that was filled in, beside which the reason stands. */
const lastOf = (tried: Tried | null, fields: ReadonlyArray<{ readonly name: string }>): string =>
  fields.find(({ name }) => tried?.form.has(name) === true)?.name ?? fields[0]?.name ?? '';
