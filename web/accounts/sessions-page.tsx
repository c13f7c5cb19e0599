import type { ReactElement } from 'react';
import { useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import {
  EndOtherSessions,
  OwnSessions,
  ResultsShown,
  RevokeSession,
  RevokeTrustedDevice,
  type OwnSessionsQuery,
} from '../generated/documents.ts';
import { Alert } from '../ui/alert.tsx';
import { CopyAs } from '../ui/copy-as.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { operationText } from '../ui/operation-text.ts';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Failed, Loading, Stale } from '../ui/states.tsx';
import { useAction, type Action } from '../ui/step-up.tsx';
import { deviceOf } from './device-of.ts';
import { EndSession, SessionHead } from './session-cells.tsx';

const pageSize = 50;

/** The sessions of the user, this device first, and the devices that are not asked for a second factor. */
export function SessionsPage(): ReactElement {
  const action = useAction();
  return (
    <>
      <OwnSessionList action={action} />
      {action.dialog}
    </>
  );
}

function OwnSessionList({ action }: { action: Action }): ReactElement {
  const { run, isBusy, problem } = action;
  const own = useData(OwnSessions, {});
  const [page, setPage] = useParam('page');
  if (own.data === undefined) {
    if (own.error) return <Failed error={own.error} onRetry={() => void own.refetch()} />;
    return <Loading what="your sessions" />;
  }
  const all = (own.data.me?.sessions ?? []).toSorted((a, b) => Number(b.current) - Number(a.current));
  const devices = own.data.me?.trustedDevices ?? [];
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
        <ExportAs name="sessions" rows={all.map(rowOf)} />
        <CopyAs
          copies={{
            'a link to this': location.href,
            'a GraphQL query': OwnSessions.toString(),
            'the mutation that ends a session': operationText(RevokeSession, { id: all[1]?.id ?? '' }),
            'the mutation that ends all others': operationText(EndOtherSessions),
            'the mutation that ends the trust in a device': operationText(RevokeTrustedDevice, {
              id: devices[0]?.id ?? '',
            }),
          }}
        />
      </PageHead>
      {problem !== undefined && <Alert>{problem}</Alert>}
      <DataTable label="Sessions" columns={['Device', 'Signed in by', 'IP address', 'Last seen', 'Began', '']}>
        {sessions.map((session) => (
          <tr key={session.id}>
            <SessionHead session={session} />
            <td>{session.methods.join(', ').toLowerCase()}</td>
            <td>{session.ipAddress}</td>
            <td>
              <Moment at={session.lastUsedAt} />
            </td>
            <td>
              <Moment at={session.createdAt} />
            </td>
            <EndSession session={session} isBusy={isBusy} onEnd={() => run(RevokeSession, { id: session.id })} />
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
      <TrustedDevices devices={devices} action={action} />
      <ShownResults />
    </div>
  );
}

type OwnSession = NonNullable<NonNullable<OwnSessionsQuery['me']>['sessions']>[number];
type Device = NonNullable<NonNullable<OwnSessionsQuery['me']>['trustedDevices']>[number];

const rowOf = (session: OwnSession) => ({
  id: session.id,
  device: deviceOf(session),
  current: session.current,
  methods: session.methods,
  ipAddress: session.ipAddress,
  lastUsedAt: session.lastUsedAt,
  createdAt: session.createdAt,
  expiresAt: session.expiresAt,
  userAgent: session.userAgent,
});

interface TrustedDevicesProps {
  readonly devices: readonly Device[];
  readonly action: Action;
}

/** The devices on which a sign-in is not asked for the second factor. */
function TrustedDevices({ devices, action: { run, isBusy } }: TrustedDevicesProps): ReactElement {
  return (
    <section className="stack">
      <header className="section-head">
        <h2>Trusted devices</h2>
        {devices.length > 0 && (
          <ExportAs
            label="Export the devices"
            name="trusted-devices"
            rows={devices.map(({ id, name, current, createdAt, expiresAt }) => ({
              id,
              name,
              current,
              createdAt,
              expiresAt,
            }))}
          />
        )}
      </header>
      {devices.length === 0 ? (
        <p className="muted">No device is spared the second factor.</p>
      ) : (
        <DataTable label="Trusted devices" columns={['Device', 'Trusted since', 'Until', '']}>
          {devices.map(({ id, name, current, createdAt, expiresAt }) => (
            <tr key={id}>
              <th scope="row">
                {name ?? 'unknown'}
                {current && <span className="tag"> this device</span>}
              </th>
              <td>
                <Moment at={createdAt} />
              </td>
              <td>
                <Moment at={expiresAt} />
              </td>
              <td>
                <button
                  className="button small"
                  disabled={isBusy}
                  aria-label={`End the trust in ${name ?? 'unknown'}`}
                  onClick={() => run(RevokeTrustedDevice, { id })}
                >
                  End the trust
                </button>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}

/** When administrators were shown what a query answers the user; nothing if none ever was. */
function ShownResults(): ReactElement | null {
  const results = useData(ResultsShown, {}).data?.resultsShown ?? [];
  if (results.length === 0) return null;
  return (
    <section className="stack">
      <h2>Seen by administrators</h2>
      <p className="muted">They were shown what these fields answer you. Nothing could be changed by it.</p>
      <DataTable label="Seen by administrators" columns={['By', 'When', 'Fields']}>
        {results.map(({ at, by, fields }) => (
          <tr key={`${at} ${fields.join()}`}>
            <th scope="row">{by?.displayName ?? 'unknown'}</th>
            <td>
              <Moment at={at} />
            </td>
            <td>{fields.join(', ')}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}
