import type { ReactElement } from 'react';
import { ask } from '../app/client.ts';
import { setParams, useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import {
  Audit,
  AuditHours,
  type AuditFilter,
  type AuditHoursQuery,
  type AuditOutcome,
} from '../generated/documents.ts';
import { CopyAs } from '../ui/copy-as.tsx';
import { ExportAs } from '../ui/export-as.tsx';
import { DataTable, Moment, PageHead } from '../ui/page.tsx';
import { Pager } from '../ui/pager.tsx';
import { Empty, Failed, Loading, Stale } from '../ui/states.tsx';
import { auditRow } from './audit-row.ts';
import { auditSentence, auditTypes, type AuditEvent, type Names } from './audit-sentence.ts';
import { HourBars, hourOf } from './hour-bars.tsx';
import { useNames } from './use-names.ts';

const outcomes: readonly AuditOutcome[] = ['SUCCESS', 'FAILURE', 'DENIED'];
const signs: Readonly<Record<AuditOutcome, string>> = { SUCCESS: '●', FAILURE: '▲', DENIED: '○' };
const spans: Readonly<Record<string, number>> = { '1': 1, '24': 24, '168': 168, '720': 720 };

/** The audit log, newest first, in sentences. */
export function AuditPage(): ReactElement {
  const [type] = useParam('type');
  const [outcome] = useParam('outcome');
  const [actor] = useParam('actor');
  const [hours] = useParam('hours');
  const [hour] = useParam('hour');
  const [day] = useParam('day');
  const [after, setAfter] = useParam('after');
  const filter: AuditFilter = {
    ...(type === '' ? {} : { type }),
    ...(outcome === '' ? {} : { outcome: outcome as AuditOutcome }),
    ...(actor === '' ? {} : { actorId: actor }),
    ...(spans[hours] === undefined ? {} : { since: hoursAgo(spans[hours]) }),
    ...(isMoment(hour) ? { since: hour, until: hoursAfter(hour, 1) } : {}),
  };
  const perHour = useData(AuditHours, { until: isMoment(day) ? day : null }, { keeps: true }).data?.auditHours;
  const audit = useData(Audit, { filter, after: after === '' ? null : after }, { keeps: true });
  const names = useNames(audit.data?.auditEvents.nodes ?? []);

  if (audit.data === undefined) {
    if (audit.error) return <Failed error={audit.error} needs="audit:read" onRetry={() => void audit.refetch()} />;
    return <Loading what="the audit log" />;
  }
  const { nodes, pageInfo } = audit.data.auditEvents;
  return (
    <div className="page">
      {audit.error && <Stale since={audit.dataUpdatedAt} />}
      <PageHead title="Audit" about="What happened to accounts, sessions, keys and rights, newest first.">
        <ExportAs
          name="audit"
          rows={nodes.map(auditRow)}
          read={async (from, signal) => {
            const { auditEvents } = await ask(Audit, { filter, after: from, first: 100 }, signal);
            return { rows: auditEvents.nodes.map(auditRow), pageInfo: auditEvents.pageInfo };
          }}
        />
        <CopyAs copies={{ 'a link to this': location.href, 'a GraphQL query': Audit.toString() }} />
      </PageHead>
      <div className="toolbar" role="group" aria-label="Filters">
        <div className="chips" role="group" aria-label="Outcome">
          {['', ...outcomes].map((one) => (
            <button
              key={one}
              className="chip"
              aria-pressed={outcome === one}
              onClick={() => setParams({ outcome: one, after: '' })}
            >
              {one === '' ? 'All' : `${signs[one as AuditOutcome]} ${one.toLowerCase()}`}
            </button>
          ))}
        </div>
        <label className="select">
          <span className="visually-hidden">Type</span>
          <select value={type} onChange={({ target }) => setParams({ type: target.value, after: '' })}>
            <option value="">Any type</option>
            {auditTypes.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className="select">
          <span className="visually-hidden">Span</span>
          <select value={hours} onChange={({ target }) => setParams({ hours: target.value, hour: '', after: '' })}>
            <option value="">Any time</option>
            <option value="1">Last hour</option>
            <option value="24">Last day</option>
            <option value="168">Last week</option>
            <option value="720">Last 30 days</option>
          </select>
        </label>
        {(type !== '' || outcome !== '' || actor !== '' || hours !== '' || hour !== '') && (
          <button
            className="button quiet"
            onClick={() => setParams({ type: '', outcome: '', actor: '', hours: '', hour: '', day: '', after: '' })}
          >
            Clear
          </button>
        )}
      </div>
      {perHour !== undefined && <Hours perHour={perHour} hour={hour} day={day} />}
      {nodes.length === 0 ? (
        <Empty
          title={outcome + type + actor + hours + hour === '' ? 'Nothing yet: try signing in' : 'Nothing matches'}
        />
      ) : (
        <DataTable label="Audit events" columns={['When', 'What', 'Outcome', 'From', 'Request']}>
          {nodes.map((event) => (
            <EventRow key={event.id} event={event} names={names} />
          ))}
        </DataTable>
      )}
      <Pager after={after} pageInfo={pageInfo} goTo={setAfter} />
    </div>
  );
}

interface HoursProps {
  readonly perHour: AuditHoursQuery['auditHours'];
  readonly hour: string;
  readonly day: string;
}

/** A day of the log as bars, of which one filters the page, and the ways to the days beside it. */
function Hours({ perHour, hour, day }: HoursProps): ReactElement {
  const [first, last] = [perHour[0]?.at ?? '', perHour.at(-1)?.at ?? ''];
  return (
    <figure className="hours">
      <HourBars
        hours={perHour}
        picked={hour}
        onPick={(at) =>
          setParams({ hour: at, hours: '', after: '', ...(day === '' && at !== '' ? { day: last } : {}) })
        }
      />
      <figcaption className="small muted">
        <span>
          {hourOf(first)} to {hourOf(hoursAfter(last, 1))}, all types; up to 1,000 are counted in an hour
        </span>
        <span className="actions">
          <button className="button small quiet" onClick={() => setParams({ day: hoursAfter(last, -24) })}>
            Day before
          </button>
          {day !== '' && (
            <>
              <button className="button small quiet" onClick={() => setParams({ day: hoursAfter(last, 24) })}>
                Day after
              </button>
              <button className="button small quiet" onClick={() => setParams({ day: '', hour: '', after: '' })}>
                Now
              </button>
            </>
          )}
        </span>
      </figcaption>
    </figure>
  );
}

const isMoment = (text: string): boolean => text !== '' && !Number.isNaN(Date.parse(text));

const hoursAfter = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3_600_000).toISOString();

const EventRow = ({ event, names }: { event: AuditEvent; names: Names }): ReactElement => (
  <tr>
    <td className="nowrap">
      <Moment at={event.at} />
    </td>
    <th scope="row" title={event.type}>
      {auditSentence(event, names)}
    </th>
    <td className="nowrap">
      <span aria-hidden="true">{signs[event.outcome]}</span> {event.outcome.toLowerCase()}
    </td>
    <td title={event.userAgent ?? undefined}>{event.ipAddress ?? <span className="muted">command line</span>}</td>
    <td>
      <code className="muted">{event.requestId?.slice(0, 8)}</code>
    </td>
  </tr>
);

/** Returns a moment exact to the minute, so that the same query is sent for a while. */
const hoursAgo = (hours: number): string =>
  new Date(Math.floor(Date.now() / 60_000) * 60_000 - hours * 3_600_000).toISOString();
