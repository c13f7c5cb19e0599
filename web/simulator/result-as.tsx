import { useState, type ReactElement } from 'react';
import { ShowResult, type SimulateAccessInput } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { operationText } from '../ui/operation-text.ts';
import { useAction } from '../ui/step-up.tsx';
import { nameOf, type Caller } from './callers.ts';

interface ResultAsProps {
  readonly caller: Caller;
  readonly input: SimulateAccessInput;
}

/** Shows, if one asks for it, what a query answers a caller. The server records it, and tells a user. */
export function ResultAs({ caller, input }: ResultAsProps): ReactElement {
  const { run, isBusy, problem, dialog } = useAction();
  const [text, setText] = useState<string>();
  const show = (): void =>
    run(ShowResult, { input }, ({ simulateOperation: { data, errors } }) =>
      setText(JSON.stringify(errors === null ? { data } : { data, errors }, null, 2)),
    );
  const name = nameOf(caller);
  return (
    <section className="stack" aria-label={`The result as ${name}`}>
      <div className="actions">
        <button className="button" disabled={isBusy} onClick={show}>
          Show the result as {name}
        </button>
        <CopyAs copies={{ 'the mutation that shows it': operationText(ShowResult, { input }) }} />
      </div>
      <p className="muted small">
        {caller.kind === 'user'
          ? 'The audit log tells that you looked, and so does the page “Sessions” to this user. Nothing else is written.'
          : 'The audit log tells that you looked. Nothing else is written.'}
      </p>
      {problem !== undefined && <Alert>{problem}</Alert>}
      {text !== undefined && (
        <pre className="table-frame result" tabIndex={0} role="region" aria-label={`What ${name} gets`}>
          {text}
        </pre>
      )}
      {dialog}
    </section>
  );
}
