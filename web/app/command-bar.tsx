import { useEffect, useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { askWhom, stopViewing } from '../viewing/viewing.ts';
import { client } from './client.ts';
import { navigate, urlOf } from './location.ts';
import { pages } from './pages.ts';

interface Command {
  readonly name: string;
  readonly run: () => void;
}

/**
 * Everything that can be gone to or done from anywhere; what is typed is also looked for among users, fields and
 * scopes.
 */
function commandsFor(text: string): readonly Command[] {
  const go =
    (path: string, params: Readonly<Record<string, string>> = {}) =>
    () =>
      navigate(urlOf(path, params));
  const known: readonly Command[] = [
    ...pages.map(({ path, title }) => ({ name: `Go to ${title}`, run: go(path) })),
    { name: 'Show what was refused', run: go('audit', { outcome: 'DENIED' }) },
    { name: 'View as somebody…', run: askWhom },
    { name: 'Stop viewing as somebody', run: stopViewing },
    { name: 'Copy a link to what is shown', run: () => void navigator.clipboard.writeText(location.href) },
    { name: 'Sign out', run: () => void client.signOut().catch(() => undefined) },
  ];
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = known.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  if (words.length === 0) return matching;
  return [
    ...matching,
    { name: `Find users: ${text}`, run: go('users', { q: text }) },
    { name: `Find fields and scopes: ${text}`, run: go('matrix', { q: text }) },
  ];
}

/** The command bar, by Ctrl or ⌘ and K (WAI-ARIA APG, combobox with a list). */
export function CommandBar(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={setOpen} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog" aria-label="Command bar">
          <Commands onDone={() => setOpen(false)} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Commands({ onDone }: { onDone: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const commands = commandsFor(text);
  const chosen = Math.min(at, commands.length - 1);
  const run = (command: Command | undefined): void => {
    onDone();
    command?.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => setAt((chosen + 1) % commands.length),
      ArrowUp: () => setAt((chosen + commands.length - 1) % commands.length),
      Enter: () => run(commands[chosen]),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  return (
    <>
      <input
        role="combobox"
        aria-label="What to do"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={`${id}-${chosen}`}
        placeholder="A page, a person, a field…"
        autoFocus
        value={text}
        onKeyDown={onKeyDown}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
      />
      <div className="commands" role="listbox" id={id} aria-label="Commands">
        {commands.map((command, index) => (
          <div
            className="menu-item"
            role="option"
            key={command.name}
            id={`${id}-${index}`}
            aria-selected={index === chosen}
            onClick={() => run(command)}
          >
            {command.name}
          </div>
        ))}
      </div>
    </>
  );
}
