import { form, refusedWith, type Tried } from '../form.ts';
import { BeginPasskeyLogin, Proofs, Reauthenticate } from '../generated/documents.ts';
import { html } from '../html.ts';
import { jsonField } from '../json-field.ts';
import { card } from '../layout.ts';
import type { Form, ShownPage, Visit } from '../page.ts';
import { passkeyForm } from '../passkey-form.ts';
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

/** Asks for a second factor, or, of an account without one, for the password. */
export async function confirmForm(visit: Visit, place: SignInPlace, tried: Tried | null): Promise<ShownPage> {
  const { title, lead, submit } = texts.confirm;
  const methods = (await visit.ask(Proofs)).me?.secondFactors ?? [];
  const hasPasskey = methods.includes('PASSKEY');
  const fields =
    methods.length > 0
      ? codeFields(methods)
      : [
          {
            kind: 'password' as const,
            name: 'password',
            label: texts.fields.password,
            autocomplete: 'current-password',
          },
        ];
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
    <p class="foot"><a href="${place.action}">${texts.cancel}</a></p>
  `;
  return { title, ...refusedWith(tried), main: card(title, lead, content) };
}

/** The field that was filled in, beside which the reason stands. */
const lastOf = (tried: Tried | null, fields: ReadonlyArray<{ readonly name: string }>): string =>
  fields.find(({ name }) => tried?.form.has(name) === true)?.name ?? fields[0]?.name ?? '';
