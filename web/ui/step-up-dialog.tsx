import { useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { provePasskey, reauthenticate, type Proof } from 'sallyport/client';
import { ask, client } from '../app/client.ts';
import { otherSignIn } from '../app/other-sign-in.ts';
import { useData } from '../app/use-data.ts';
import { withPasskey } from '../app/with-passkey.ts';
import { OwnProofs } from '../generated/documents.ts';
import { Alert } from './alert.tsx';
import { FactorForm } from './factor-form.tsx';
import { Field } from './field.tsx';
import { Loading } from './states.tsx';
import { useAttempt, Waiting } from './waiting.tsx';

/** A mutation that waits for a proof of who is signed in. */
export interface StepUp {
  readonly code: 'REAUTHENTICATION_REQUIRED' | 'MFA_REQUIRED';
  /** True if it was sent once more, and was refused for want of a proof again. */
  readonly isRepeated: boolean;
  readonly again: () => Promise<void>;
}

/** Asks for a proof by what the account has: its second factors, else its password, else one more sign-in. */
export function StepUpDialog({ code, isRepeated, again, onCancel }: StepUp & { onCancel: () => void }): ReactElement {
  const { isBusy, problem, attempt } = useAttempt('Cancelled: nothing was confirmed.');
  const proofs = useProofs(code);
  const prove = (find: (signal: AbortSignal) => Proof | Promise<Proof>): void =>
    attempt(async (signal) => {
      await reauthenticate(client, await find(signal), { signal });
      // Stopped while other tabs were told of the new token: nothing is sent any more.
      signal.throwIfAborted();
      await again();
    });
  const [person] = useState(whoIsSignedIn);
  const goOn = (): void =>
    attempt(async (signal) => {
      const { me } = await ask(OwnProofs, {}, signal);
      if (me?.id !== person) throw new Error('Another account is signed in now. Nothing was sent: load the page anew.');
      await again();
    });
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onCancel()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">Confirm that it is you</Heading>
          {problem !== undefined && <Alert>{problem}</Alert>}
          {proofs === undefined ? (
            <Loading what="how you can confirm it" />
          ) : proofs.methods.length > 0 ? (
            <FactorForm
              methods={proofs.methods}
              isBusy={isBusy}
              submit="Confirm"
              onTyped={(proof) => prove(() => proof)}
              onPasskey={() =>
                prove(async (signal) => ({ passkey: await withPasskey(() => provePasskey(client, { signal })) }))
              }
            />
          ) : proofs.hasPassword ? (
            <PasswordForm isBusy={isBusy} onPassword={(password) => prove(() => ({ password }))} />
          ) : (
            <SignInAnew isRepeated={isRepeated} isBusy={isBusy} onDone={goOn} />
          )}
          <Waiting isBusy={isBusy} what="Waiting for an answer…" />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function whoIsSignedIn(): string | undefined {
  const session = client.session.get();
  return session.status === 'signed-in' ? session.user.id : undefined;
}

interface Proofs {
  readonly methods: readonly string[];
  readonly hasPassword: boolean;
}

/** Takes the proofs from the refusal's code, for a session that may not read what its account has. */
const likely: Readonly<Record<StepUp['code'], Proofs>> = {
  MFA_REQUIRED: { methods: ['PASSKEY', 'TOTP', 'RECOVERY_CODE'], hasPassword: false },
  REAUTHENTICATION_REQUIRED: { methods: [], hasPassword: true },
};

/** Returns by what the user can prove who they are; undefined as long as that is not known. */
function useProofs(code: StepUp['code']): Proofs | undefined {
  const { data, error } = useData(OwnProofs, {});
  if (data === undefined) return error ? likely[code] : undefined;
  const { me } = data;
  return { methods: me?.secondFactors ?? [], hasPassword: me?.hasPassword !== false };
}

function PasswordForm({
  isBusy,
  onPassword,
}: {
  isBusy: boolean;
  onPassword: (password: string) => void;
}): ReactElement {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('password');
    onPassword(typeof typed === 'string' ? typed : '');
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Password" name="password" type="password" autoComplete="current-password" required autoFocus />
      <button className="button primary wide" disabled={isBusy}>
        {isBusy ? 'Checking…' : 'Confirm'}
      </button>
    </form>
  );
}

interface SignInAnewProps extends Pick<StepUp, 'isRepeated'> {
  readonly isBusy: boolean;
  readonly onDone: () => void;
}

/**
 * Leads through one more sign-in, for an account with which nothing else can be proved. It has a tab of its own, so that
 * what was typed in this one stays; tabs have one session, so that this one may go on afterwards.
 */
function SignInAnew({ isRepeated, isBusy, onDone }: SignInAnewProps): ReactElement {
  const page = otherSignIn({ again: true });
  if (page === undefined)
    return <p>Your account has neither a password nor a second factor: sign out, and sign in again as you did.</p>;
  return (
    <div className="stack">
      {isRepeated && <Alert>You have not signed in once more yet: do so in the new tab first.</Alert>}
      <p>
        Your account has neither a password nor a second factor, so it takes one more sign-in, in a new tab. Then come
        back to this one: what you have typed stays here.
      </p>
      <a className="button primary wide" href={page} target="_blank" rel="noopener">
        Sign in once more, in a new tab
      </a>
      <button className="button wide" disabled={isBusy} onClick={onDone}>
        I have signed in: go on
      </button>
    </div>
  );
}
