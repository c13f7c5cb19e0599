import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';

/** The actions of a menu, by the names that it shows. */
export type Actions = Readonly<Record<string, () => void>>;

/** A button that opens a menu of actions (WAI-ARIA APG, menu button). */
export function ActionMenu({ label, actions }: { label: string; actions: Actions }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (isOpen) menu.current?.querySelector('button')?.focus();
  }, [isOpen]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const items = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => items[(at + 1) % items.length]?.focus(),
      ArrowUp: () => items.at(at - 1)?.focus(),
      Home: () => items[0]?.focus(),
      End: () => items.at(-1)?.focus(),
      Escape: close,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };

  return (
    <div
      className="menu-place"
      onBlur={({ currentTarget, relatedTarget }) => currentTarget.contains(relatedTarget) || setOpen(false)}
    >
      <button
        type="button"
        ref={button}
        className="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => event.key === 'ArrowDown' && setOpen(true)}
      >
        {label}
      </button>
      {isOpen && (
        <div
          className="popover menu"
          role="menu"
          id={id}
          aria-label={label}
          ref={menu}
          tabIndex={-1}
          onKeyDown={onKeyDown}
        >
          {Object.entries(actions).map(([name, act]) => (
            <button
              type="button"
              className="menu-item"
              role="menuitem"
              tabIndex={-1}
              key={name}
              onClick={() => {
                close();
                act();
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
