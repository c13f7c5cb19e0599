import type { HandedChallenge } from '../../request/challenge-cookie.ts';
import { form, refusedWith, type Tried } from './form.ts';
import { CompleteMfa, FinishPasskeyLogin, SignIn, type SignInMutation } from './generated/documents.ts';
import { html, type Part } from './html.ts';
import { jsonField } from './json-field.ts';
import { card } from './layout.ts';
import type { Form, ShownPage, Visit } from './page.ts';
import { passkeyForm, triedByHand } from './passkey-form.ts';
import { attempt, Refusal } from './refusal.ts';
import { texts } from './texts.ts';

/** A page on which a user signs in: the page of that name, or any other whose session has ended meanwhile. */
export interface SignInPlace {
  readonly title: string;
  readonly lead: string | null;
  /** Where its forms go. */
  readonly action: string;
  /** Hidden fields that its forms carry along, so that nothing that was typed is lost. */
  readonly carried: Readonly<Record<string, string>>;
  /** Stands above the form. */
  readonly before?: Part;
  /** Stands in the place of the link for a forgotten password. */
  readonly forgot?: Part;
  /** Stands below the form. */
  readonly more?: Part;
}

/** The step that a form stands for. */
export const stepField = 'step';

type Challenge = Extract<NonNullable<SignInMutation['login']>, { __typename: 'MfaChallenge' }>;

/**
 * Takes the step of a sign-in that a form stands for.
 * @returns null if the user is signed in now, else the page to show.
 */
export async function takeSignInStep(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage | null> {
  const step = steps.get(sent.get(stepField) ?? '') ?? signInByPassword;
  return step(visit, sent, place);
}

const steps = new Map([
  ['factor', answerChallenge],
  ['passkey', signInByPasskey],
]);

async function signInByPassword(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage | null> {
  const input = { email: sent.get('email') ?? '', password: sent.get('password') ?? '', delivery: 'COOKIE' as const };
  const answer = await attempt(visit.ask(SignIn, { input }));
  if (answer instanceof Refusal) return signInForm(visit, place, { form: sent, refusal: answer });
  return answer.login.__typename === 'MfaChallenge' ? factorForm(visit, place, answer.login, null) : null;
}

async function signInByPasskey(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage | null> {
  const answer = await attempt(visit.ask(FinishPasskeyLogin, { response: jsonField(sent.get('passkey')) }));
  return answer instanceof Refusal ? signInForm(visit, place, { form: sent, refusal: answer }) : null;
}

async function answerChallenge(visit: Visit, sent: Form, place: SignInPlace): Promise<ShownPage | null> {
  const challenge = challengeOf(sent);
  const [code, recoveryCode, passkey] = [sent.get('code'), sent.get('recoveryCode'), sent.get('passkey')];
  if (code === undefined && recoveryCode === undefined && passkey === undefined) {
    const extensions = { code: 'BAD_USER_INPUT', field: 'code' };
    return factorForm(visit, place, challenge, {
      form: sent,
      refusal: new Refusal({ message: texts.factor.neither, extensions }),
    });
  }
  const input = {
    challenge: challenge.challenge,
    trustDevice: sent.has('trustDevice'),
    ...(passkey === undefined ? (code === undefined ? { recoveryCode } : { code }) : { passkey: jsonField(passkey) }),
  };
  const answer = await attempt(visit.ask(CompleteMfa, { input }));
  if (!(answer instanceof Refusal)) return null;
  if (answer.code !== 'INVALID_GRANT') return factorForm(visit, place, challenge, { form: sent, refusal: answer });
  return signInForm(visit, place, { form: new Map(), refusal: factorExpired() });
}

/** Says that a challenge is over, above the form that begins anew. */
export const factorExpired = (): Refusal =>
  new Refusal({ message: texts.factor.expired, extensions: { code: 'INVALID_GRANT' } });

/** Asks for an e-mail and a password, or a passkey. */
export function signInForm(visit: Visit, place: SignInPlace, tried: Tried | null): ShownPage {
  const { site } = visit;
  const { action, carried } = place;
  return {
    title: place.title,
    ...refusedWith(tried),
    main: card(
      place.title,
      place.lead,
      html`
        ${place.before}
        ${form({
          action,
          id: 'sign-in',
          hidden: { ...carried, [stepField]: 'password' },
          tried: triedByHand(tried),
          focus: true,
          fieldOfCode: { INVALID_CREDENTIALS: 'password' },
          fields: [
            { kind: 'email', name: 'email', label: texts.fields.email, autocomplete: 'username webauthn' },
            { kind: 'password', name: 'password', label: texts.fields.password, autocomplete: 'current-password' },
          ],
          more:
            place.forgot ?? html`<p class="aside"><a href="${site.base}/reset-password">${texts.signIn.forgot}</a></p>`,
          submit: texts.signIn.submit,
        })}
        ${passkeyForm({
          action,
          id: 'passkey',
          hidden: { ...carried, [stepField]: 'passkey' },
          tried,
          ask: 'from-api',
          options: `${site.base}/graphql`,
          submit: texts.signIn.passkey,
          style: 'secondary',
        })}
        ${place.more}
      `,
    ),
  };
}

/** The challenge travels in the page, so that any node can take the next step. */
const challengeOf = (sent: Form): Challenge => ({
  __typename: 'MfaChallenge',
  challenge: sent.get('challenge') ?? '',
  methods: (sent.get('methods') ?? '').split(' ') as Challenge['methods'],
  passkeyOptions: jsonField(sent.get('passkeyOptions')),
});

/** Asks for the second factor of a challenge that was handed to the page. */
export function askForFactor(visit: Visit, place: SignInPlace, handed: HandedChallenge): ShownPage {
  const methods = handed.methods as Challenge['methods'];
  return factorForm(visit, place, { __typename: 'MfaChallenge', ...handed, methods }, null);
}

const trustField = { kind: 'check' as const, name: 'trustDevice', label: texts.fields.trustDevice };

/** Asks for a second factor. */
export function factorForm(
  { site }: Pick<Visit, 'site'>,
  place: SignInPlace,
  challenge: Challenge,
  tried: Tried | null,
): ShownPage {
  const { title, lead, submit, passkey } = texts.factor;
  const { passkeyOptions, methods } = challenge;
  const hidden = {
    ...place.carried,
    [stepField]: 'factor',
    challenge: challenge.challenge,
    methods: methods.join(' '),
    ...(passkeyOptions == null ? {} : { passkeyOptions: JSON.stringify(passkeyOptions) }),
  };
  const fields = codeFields(methods);
  return {
    title,
    ...refusedWith(tried),
    main: card(
      title,
      lead,
      html`
        ${
          passkeyOptions != null &&
          passkeyForm({
            action: place.action,
            id: 'passkey',
            hidden,
            tried,
            ask: 'get',
            options: passkeyOptions,
            submit: passkey,
            style: fields.length === 0 ? 'primary' : 'secondary',
          })
        }
        ${
          fields.length > 0 &&
          form({
            action: place.action,
            id: 'factor',
            hidden,
            tried: triedByHand(tried),
            focus: true,
            fieldOfCode: { INVALID_CREDENTIALS: tried?.form.has('recoveryCode') === true ? 'recoveryCode' : 'code' },
            fields: site.canTrustDevices ? [...fields, trustField] : fields,
            submit,
          })
        }
        ${fields.length === 0 && html`<noscript><p>${texts.account.security.needsScript}</p></noscript>`}
      `,
    ),
  };
}

/** The fields for the codes that an account can give. */
export const codeFields = (methods: readonly string[]) => [
  ...(methods.includes('TOTP')
    ? [
        {
          kind: 'code' as const,
          name: 'code',
          label: texts.fields.code,
          autocomplete: 'one-time-code',
          optional: methods.includes('RECOVERY_CODE'),
        },
      ]
    : []),
  ...(methods.includes('RECOVERY_CODE')
    ? [
        {
          kind: 'code' as const,
          name: 'recoveryCode',
          label: texts.fields.recoveryCode,
          autocomplete: 'off',
          optional: methods.includes('TOTP'),
        },
      ]
    : []),
];
