import { form } from './form.ts';
import { html, type Html } from './html.ts';

export interface PasskeyFormParts {
  readonly action: string;
  readonly id: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly submit: string;
  readonly style?: 'primary' | 'secondary';
  /** The options of `navigator.credentials`, or the URL of the API that answers them when the button is pressed. */
  readonly options: unknown;
  readonly ask: 'get' | 'from-api';
}

/** Writes a form that the script sends once a passkey has answered; without a script it stays hidden. */
export const passkeyForm = ({ options, ask, ...parts }: PasskeyFormParts): Html => html`
  <div class="passkey" hidden data-needs-passkeys>
    ${form({
      ...parts,
      hidden: { ...parts.hidden, passkey: '' },
      fields: [],
      data: { 'data-passkey': ask, 'data-options': typeof options === 'string' ? options : JSON.stringify(options) },
    })}
  </div>
`;
