import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { askWhom } from '../viewing/viewing.ts';
import { navigate, urlOf } from './location.ts';
import { pages } from './pages.ts';

const everywhere: ReadonlyArray<readonly [string, string]> = [
  ['?', 'this list'],
  ['Ctrl K', 'go anywhere, find anything'],
  ['/', 'filter the page'],
  ['c', 'copy a link to what is shown'],
  ['.', 'view as somebody'],
  ['↑ ↓ ← →', 'move in a grid'],
  ['Enter', 'open what is chosen'],
  ['Esc', 'close it, and go back'],
];

/** Listens for the keys of the console, none of which counts in an input, and lists them. */
export function KeyboardHelp(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const isGoing = useRef(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const target = isGoing.current ? pages.find(({ key }) => key === event.key) : undefined;
      isGoing.current = event.key === 'g' && !isGoing.current;
      if (target !== undefined) navigate(urlOf(target.path));
      else if (event.key === '?') setOpen(true);
      else if (event.key === 'c') void navigator.clipboard.writeText(location.href);
      else if (event.key === '.') askWhom();
      else if (event.key === '/') focusFilter();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={setOpen} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">Keys</Heading>
          <dl className="keys">
            {everywhere.map(([keys, meaning]) => (
              <Key key={keys} keys={keys} meaning={meaning} />
            ))}
            {pages.map(({ key, title }) => (
              <Key key={key} keys={`g ${key}`} meaning={title} />
            ))}
          </dl>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const Key = ({ keys, meaning }: { keys: string; meaning: string }): ReactElement => (
  <div>
    <dt>
      <kbd>{keys}</kbd>
    </dt>
    <dd>{meaning}</dd>
  </div>
);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

function focusFilter(): void {
  document.querySelector<HTMLInputElement>('main [type="search"]')?.focus();
}
