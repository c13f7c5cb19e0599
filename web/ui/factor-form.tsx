import type { FormEvent, ReactElement } from 'react';
import { Field } from './field.tsx';

/** What a person has typed as a second factor. */
export type TypedProof = { readonly code: string } | { readonly recoveryCode: string };

interface FactorFormProps {
  /** The second factors that the account can prove, such as `TOTP`. */
  readonly methods: readonly string[];
  readonly isBusy: boolean;
  readonly submit: string;
  readonly onTyped: (proof: TypedProof) => void;
  readonly onPasskey: () => void;
}

/** Asks for a second factor, in every way in which the account can prove one. */
export function FactorForm({ methods, isBusy, submit, onTyped, onPasskey }: FactorFormProps): ReactElement {
  const typed = methods.filter((method) => method !== 'PASSKEY');
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('code');
    onTyped(proofOf(typeof text === 'string' ? text : ''));
  };
  return (
    <div className="stack">
      {typed.length < methods.length && (
        <button
          type="button"
          className={typed.length === 0 ? 'button primary wide' : 'button wide'}
          disabled={isBusy}
          autoFocus={typed.length === 0}
          onClick={onPasskey}
        >
          Use a passkey
        </button>
      )}
      {typed.length > 0 && (
        <form className="stack" onSubmit={send}>
          <Field label={labelOf(typed)} name="code" autoComplete="one-time-code" required autoFocus />
          <button className="button primary wide" disabled={isBusy}>
            {isBusy ? 'Checking…' : submit}
          </button>
        </form>
      )}
    </div>
  );
}

function labelOf(methods: readonly string[]): string {
  const [first] = methods;
  if (methods.length === 1) return first === 'RECOVERY_CODE' ? 'Recovery code' : 'Code of your authenticator app';
  return 'Code of your authenticator app, or a recovery code';
}

/** A recovery code is longer than the six digits of an app. */
function proofOf(text: string): TypedProof {
  const digits = text.replaceAll(' ', '');
  return /^\d{6}$/.test(digits) ? { code: digits } : { recoveryCode: text.trim() };
}
