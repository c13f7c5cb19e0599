import { useCallback, useState, type ReactElement } from 'react';
import { SallyportError, type TypedDocument } from 'sallyport/client';
import { ask, queryClient } from '../app/client.ts';
import { track } from '../app/work.ts';
import { problemOf } from './problem-of.ts';
import { StepUpDialog, type StepUp } from './step-up-dialog.tsx';

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

/** Sends mutations of a page; what the page shows is asked for anew afterwards. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState<StepUp>();

  const run = useCallback<Action['run']>((document, variables, onDone) => {
    const attempt = async (isRepeated = false): Promise<void> => {
      setBusy(true);
      setProblem(undefined);
      // Once the proof is accepted the page shows what becomes of the mutation, and of a stop.
      setPending(undefined);
      try {
        const data = await track((signal) => ask(document, variables, signal));
        onDone?.(data);
        await queryClient.invalidateQueries();
      } catch (error) {
        const code = error instanceof SallyportError ? error.code : undefined;
        if (code === 'REAUTHENTICATION_REQUIRED' || code === 'MFA_REQUIRED')
          setPending({ code, isRepeated, again: () => attempt(true) });
        else setProblem(problemOf(error));
      }
      setBusy(false);
    };
    void attempt();
  }, []);

  const dialog = pending === undefined ? null : <StepUpDialog {...pending} onCancel={() => setPending(undefined)} />;
  return { run, isBusy, problem, dialog };
}
