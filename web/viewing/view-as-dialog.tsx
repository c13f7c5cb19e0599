import { useState, type FormEvent, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useData } from '../app/use-data.ts';
import { AccessScopes } from '../generated/documents.ts';
import { CallerPicker, isId } from '../simulator/caller-picker.tsx';
import { readCaller, type CallerText } from '../simulator/callers.ts';
import { rolesBySize } from '../simulator/roles-by-size.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { viewAs } from './viewing.ts';

/** Asks as whom to view. It takes the scope without which the server explains nobody's rights. */
export function ViewAsDialog({ first, onClose }: { first: CallerText; onClose: () => void }): ReactElement {
  const known = useData(AccessScopes, {});
  const [as, setAs] = useState(first);
  return (
    <ModalOverlay className="overlay" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">View as…</Heading>
          {known.data !== undefined && (
            <Form as={as} onAs={setAs} holders={known.data.accessScopes} onClose={onClose} />
          )}
          {known.data === undefined &&
            (known.error ? (
              <Failed error={known.error} needs="access:simulate" onRetry={() => void known.refetch()} />
            ) : (
              <Loading what="roles and scopes" />
            ))}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface FormProps {
  readonly as: CallerText;
  readonly onAs: (as: CallerText) => void;
  readonly holders: ReadonlyArray<{ readonly scope: string; readonly roles: readonly string[] }>;
  readonly onClose: () => void;
}

function Form({ as, onAs, holders, onClose }: FormProps): ReactElement {
  const { kind, value } = readCaller(as);
  const isComplete = kind === 'user' ? isId(value) : kind !== 'role' || value !== '';
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!isComplete) return;
    viewAs(as);
    onClose();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p className="muted">
        Each page then says what of it the server would refuse this caller, and the simulator and the explorer explain
        operations as them. What a page shows stays what you may see.
      </p>
      <CallerPicker
        label="As"
        value={as}
        onChange={onAs}
        roles={rolesBySize(holders)}
        scopes={holders.map(({ scope }) => scope)}
      />
      <button className="button primary wide" disabled={!isComplete}>
        View
      </button>
    </form>
  );
}
