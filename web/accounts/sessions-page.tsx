import type { ReactElement } from 'react';
import { useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { EndOtherSessions, OwnSessions, RevokeSession } from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { operationText } from '../ui/operation-text.ts';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction, type Action } from '../ui/step-up.tsx';
import { deviceOf } from './device-of.ts';

const pageSize = 50;

/** The sessions of the user, this device first. */
export function SessionsPage(): ReactElement {
  const action = useAction();
  return (
    <>
      <OwnSessionList action={action} />
      {action.dialog}
    </>
  );
}

function OwnSessionList({ action: { run, isBusy, problem } }: { action: Action }): ReactElement {
  const own = useData(OwnSessions, {});
  const [page, setPage] = useParam('page');
  if (own.data === undefined) {
    if (own.error) return <Failed error={own.error} onRetry={() => void own.refetch()} />;
    return <Loading what="your sessions" />;
  }
  const all = (own.data.me?.sessions ?? []).toSorted((a, b) => Number(b.current) - Number(a.current));
  const from = Math.min(Math.max(0, Number(page) || 0), Math.floor((all.length - 1) / pageSize)) * pageSize;
  const sessions = all.slice(from, from + pageSize);
  return (
    <div className="page">
      {own.error && <Stale since={own.dataUpdatedAt} />}
      <PageHead title="Sessions" about="Where you are signed in. A session that ends counts for nothing from then on.">
        {all.length > 1 && (
          <button className="button" disabled={isBusy} onClick={() => run(EndOtherSessions, {})}>
            End all others
          </button>
        )}
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a GraphQL query': OwnSessions.toString(),
            'the mutation that ends a session': operationText(RevokeSession, { id: all[1]?.id ?? '' }),
            'the mutation that ends all others': operationText(EndOtherSessions),
          }}
        />
      </PageHead>
      {problem !== undefined && <Alert>{problem}</Alert>}
      <DataTable label="Sessions" columns={['Device', 'Signed in by', 'IP address', 'Last seen', 'Began', '']}>
        {sessions.map((session) => (
          <tr key={session.id}>
            <th scope="row" title={session.userAgent ?? undefined}>
              {deviceOf(session)}
              {session.current && <span className="tag"> this device</span>}
            </th>
            <td>{session.methods.join(', ').toLowerCase()}</td>
            <td>{session.ipAddress}</td>
            <td>
              <Moment at={session.lastUsedAt} />
            </td>
            <td>
              <Moment at={session.createdAt} />
            </td>
            <td>
              {!session.current && (
                <button
                  className="button small"
                  disabled={isBusy}
                  onClick={() => run(RevokeSession, { id: session.id })}
                >
                  End
                </button>
              )}
            </td>
          </tr>
        ))}
      </DataTable>
      {all.length === 1 && <p className="muted">Only this device.</p>}
      {all.length > pageSize && (
        <div className="actions">
          <span className="muted" role="status">
            {from + 1} to {from + sessions.length} of {all.length}
          </span>
          {from > 0 && (
            <button className="button" onClick={() => setPage(String(from / pageSize - 1 || ''))}>
              Newer
            </button>
          )}
          {from + pageSize < all.length && (
            <button className="button" onClick={() => setPage(String(from / pageSize + 1))}>
              Older
            </button>
          )}
        </div>
      )}
    </div>
  );
}
