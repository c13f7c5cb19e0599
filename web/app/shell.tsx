import { useState, type ReactElement, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useSession } from 'sallyport/client/react';
import { Link } from '../ui/link.tsx';
import { ViewingFrame } from '../viewing/viewing-frame.tsx';
import { Busy } from './busy.tsx';
import { CommandBar } from './command-bar.tsx';
import { useLostSince } from './connection.ts';
import { isDevelopment } from './facts.ts';
import { KeyboardHelp } from './keyboard-help.tsx';
import { signOut } from './leaving.tsx';
import { urlOf, usePath } from './location.ts';
import { firstPage, pages } from './pages.ts';
import { Mark } from './sign-in.tsx';

const groups = [...new Set(pages.map(({ group }) => group))];

/** The frame of every page: where one is, where one can go, and as whom. */
export function Shell({ children }: { children: ReactNode }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const lostSince = useLostSince();
  return (
    <div className="shell" data-open={isOpen || undefined}>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="side">
        <div className="brand">
          <Mark />
          <span>Sallyport</span>
          {isDevelopment && <span className="tag">dev</span>}
          <Button
            className="button quiet menu-button"
            aria-expanded={isOpen}
            aria-controls="navigation"
            onPress={() => setOpen(!isOpen)}
          >
            Menu
          </Button>
        </div>
        <Navigation onGo={() => setOpen(false)} />
        <WhoIsHere />
      </header>
      <main id="main" tabIndex={-1} data-lost={lostSince === undefined ? undefined : ''}>
        <ViewingFrame />
        {lostSince !== undefined && (
          <p className="stale lost" role="status">
            The server cannot be reached since {new Date(lostSince).toLocaleTimeString()}. What is shown is older.
          </p>
        )}
        {children}
      </main>
      <Busy />
      <KeyboardHelp />
      <CommandBar />
    </div>
  );
}

function Navigation({ onGo }: { onGo: () => void }): ReactElement {
  const path = usePath() || firstPage;
  return (
    <nav id="navigation" aria-label="Pages">
      {groups.map((group) => (
        <section key={group}>
          <h2>{group}</h2>
          <ul>
            {pages
              .filter((page) => page.group === group)
              .map((page) => (
                <li key={page.path}>
                  <Link href={urlOf(page.path)} aria-current={page.path === path ? 'page' : undefined} onClick={onGo}>
                    {page.title}
                  </Link>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function WhoIsHere(): ReactElement {
  const session = useSession();
  if (session.status !== 'signed-in') {
    return (
      <div className="who">
        <Link className="button" href={urlOf(firstPage)}>
          Sign in
        </Link>
      </div>
    );
  }
  const { displayName, roles } = session.user;
  return (
    <div className="who">
      <div>
        <strong>{displayName}</strong>
        <span className="muted small">{roles.join(', ') || 'no role'}</span>
      </div>
      <Button className="button quiet" onPress={signOut}>
        Sign out
      </Button>
    </div>
  );
}
