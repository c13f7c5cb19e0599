import { form, reasonOf, type Tried } from './form.ts';
import { html, type Html } from './html.ts';
import { alert } from './layout.ts';

export interface PasskeyFormParts {
  readonly action: string;
  readonly id: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly submit: string;
  readonly style?: 'primary' | 'secondary';
  /** The options of `navigator.credentials`, or the URL of the API that answers them when the button is pressed. */
  readonly options: unknown;
  readonly ask: 'get' | 'from-api';
  /** What was sent, by whichever form. */
  readonly tried: Tried | null;
}

const passkeyField = 'passkey';

/** Returns what was sent by another form than that of a passkey. */
export const triedByHand = (tried: Tried | null): Tried | null =>
  tried?.form.has(passkeyField) === true ? null : tried;

/**
 * Writes a form that the script sends once a passkey has answered; without a script it stays hidden. Why a passkey was
 * refused stands above its button.
 */
export const passkeyForm = ({ options, ask, tried, ...parts }: PasskeyFormParts): Html => html`
  ${tried?.refusal != null && tried.form.has(passkeyField) && alert(reasonOf(tried.refusal))}
  <div class="passkey" hidden data-needs-passkeys>
    ${form({
      ...parts,
      hidden: { ...parts.hidden, [passkeyField]: '' },
      fields: [],
      data: { 'data-passkey': ask, 'data-options': typeof options === 'string' ? options : JSON.stringify(options) },
    })}
  </div>
`;
