import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';

/** The actions of a menu, by the names that it shows. */
export type Actions = Readonly<Record<string, () => void>>;

/** A button that opens a menu of actions (WAI-ARIA APG, menu button). */
export function ActionMenu({ label, actions }: { label: string; actions: Actions }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (isOpen && menu.current !== null && button.current !== null) placeBelow(menu.current, button.current);
  }, [isOpen]);

  useEffect(() => {
    if (!isOpen) return undefined;
    menu.current?.querySelector('button')?.focus({ preventScroll: true });
    // It stands where its button stood: what scrolls or turns the page moves the button away.
    const leave = ({ target }: Event): void => {
      if (!(target instanceof Node) || menu.current?.contains(target) !== true) setOpen(false);
    };
    addEventListener('scroll', leave, true);
    addEventListener('resize', leave);
    return () => {
      removeEventListener('scroll', leave, true);
      removeEventListener('resize', leave);
    };
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

const gap = 4;
const margin = 8;

/** Puts a menu below its button, or above it if there is more room; always in sight, also from within a dialog. */
function placeBelow(menu: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const rightmost = document.documentElement.clientWidth - menu.offsetWidth - margin;
  const lowest = innerHeight - menu.offsetHeight - margin;
  const below = at.bottom + gap;
  const top = below <= lowest ? below : Math.min(lowest, Math.max(margin, at.top - gap - menu.offsetHeight));
  menu.style.left = `${Math.max(margin, Math.min(at.right - menu.offsetWidth, rightmost))}px`;
  menu.style.top = `${Math.max(margin, top)}px`;
}
