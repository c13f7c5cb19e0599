import type { ReactElement, ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { SallyportError } from 'sallyport/client';
import { useSession } from 'sallyport/client/react';
import { urlOf } from '../app/location.ts';
import { firstPage } from '../app/pages.ts';
import { useWork } from '../app/work.ts';
import { Link } from './link.tsx';

/** Says what is being fetched, once that takes long enough to notice, or that the user stopped it. */
export function Loading({ what }: { what: string }): ReactElement {
  const { isCancelled } = useWork();
  if (isCancelled)
    return (
      <div className="state">
        <h1>You stopped loading {what}</h1>
      </div>
    );
  return (
    <div className="state state-loading" role="status">
      <span className="spinner" aria-hidden="true" />
      <p>Loading {what}…</p>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactElement {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

const missingRights: readonly string[] = ['FORBIDDEN', 'UNAUTHENTICATED'];

/** Says why there is nothing to show: a right that is missing, or what went wrong, with a way to try again. */
export function Failed({ error, needs, onRetry }: FailedProps): ReactElement {
  if (missingRights.includes(error.code) && needs !== undefined) return <MissingRight scope={needs} />;
  return (
    <div className="state" role="alert">
      <h1>{error.code === 'NETWORK_FAILED' ? 'The server does not answer' : 'This did not work'}</h1>
      <p>
        {error.message} <code>{error.code}</code>
      </p>
      <Button className="button" onPress={onRetry}>
        Try again
      </Button>
    </div>
  );
}

interface FailedProps {
  readonly error: SallyportError;
  /** The scope without which the page shows nothing. */
  readonly needs?: string;
  readonly onRetry: () => void;
}

function MissingRight({ scope }: { scope: string }): ReactElement {
  const session = useSession();
  const roles = session.status === 'signed-in' ? session.user.roles : [];
  const scopes = session.status === 'signed-in' ? session.scopes : [];
  return (
    <div className="state" role="alert">
      <h1>You may not see this</h1>
      <p>
        It takes the scope <code>{scope}</code>.
      </p>
      <dl className="facts">
        <dt>Your roles</dt>
        <dd>{roles.length === 0 ? 'none' : roles.join(', ')}</dd>
        <dt>Your scopes</dt>
        <dd>{scopes.length === 0 ? 'none' : scopes.join(' ')}</dd>
      </dl>
      <p className="muted">An administrator can give you a role that has it. ADMIN has every scope.</p>
    </div>
  );
}

export function NothingHere({ path }: { path: string }): ReactElement {
  return (
    <Empty title="There is no such page">
      <p>
        Nothing is at <code>{path}</code>. <Link href={urlOf(firstPage)}>Go home</Link>
      </p>
    </Empty>
  );
}

/** Says since when what is shown is old, if the server does not answer any more. */
export function Stale({ since }: { since: number }): ReactElement {
  return (
    <p className="stale" role="status">
      The server does not answer. This is as of {new Date(since).toLocaleTimeString()}.
    </p>
  );
}
