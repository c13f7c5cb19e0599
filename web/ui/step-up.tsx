import { useCallback, useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { reauthenticate, SallyportError, type TypedDocument } from 'sallyport/client';
import { ask, client, queryClient } from '../app/client.ts';
import { Cancelled, track } from '../app/work.ts';
import { Alert } from './alert.tsx';
import { Field } from './field.tsx';

type Step = 'password' | 'code';

interface Pending {
  readonly step: Step;
  readonly again: () => Promise<void>;
}

export interface Action {
  /** Sends a mutation, and asks for a proof of who is signed in if the server wants one first. */
  readonly run: <Data, Variables extends object>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    onDone?: (data: Data) => void,
  ) => void;
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  /** The dialog that asks for the proof; to be put into the page. */
  readonly dialog: ReactElement | null;
}

const steps: Readonly<Partial<Record<SallyportError['code'], Step>>> = {
  REAUTHENTICATION_REQUIRED: 'password',
  MFA_REQUIRED: 'code',
};

/** Sends mutations of a page; what the page shows is asked for anew afterwards. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState<Pending>();

  const run = useCallback<Action['run']>((document, variables, onDone) => {
    const attempt = async (): Promise<void> => {
      setBusy(true);
      setProblem(undefined);
      try {
        const data = await track((signal) => ask(document, variables, signal));
        setPending(undefined);
        onDone?.(data);
        await queryClient.invalidateQueries();
      } catch (error) {
        const step = error instanceof SallyportError ? steps[error.code] : undefined;
        if (step === undefined) setProblem(problemOf(error));
        else setPending({ step, again: attempt });
      }
      setBusy(false);
    };
    void attempt();
  }, []);

  const dialog = pending === undefined ? null : <StepUp {...pending} onCancel={() => setPending(undefined)} />;
  return { run, isBusy, problem, dialog };
}

function problemOf(error: unknown): string {
  if (error instanceof Cancelled) return 'Cancelled. It may have reached the server: look before you try again.';
  return error instanceof Error ? error.message : String(error);
}

function StepUp({ step, again, onCancel }: Pending & { onCancel: () => void }): ReactElement {
  const [problem, setProblem] = useState<string>();
  const prove = async (typed: string): Promise<void> => {
    try {
      await reauthenticate(client, step === 'password' ? { password: typed } : { code: typed });
      await again();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('proof');
    void prove(typeof typed === 'string' ? typed : '');
  };
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onCancel()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">Confirm that it is you</Heading>
          {problem !== undefined && <Alert>{problem}</Alert>}
          <form className="stack" onSubmit={submit}>
            {step === 'password' ? (
              <Field label="Password" name="proof" type="password" autoComplete="current-password" required autoFocus />
            ) : (
              <Field
                label="Code of your authenticator app"
                name="proof"
                autoComplete="one-time-code"
                required
                autoFocus
              />
            )}
            <button className="button primary wide">Confirm</button>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
