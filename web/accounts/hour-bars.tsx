import type { KeyboardEvent, ReactElement } from 'react';
import type { AuditHoursQuery } from '../generated/documents.ts';
import '../styles/bars.css';

type Hour = AuditHoursQuery['auditHours'][number];

interface HourBarsProps {
  readonly hours: readonly Hour[];
  /** The hour that the page is filtered by; empty for none. */
  readonly picked: string;
  readonly onPick: (at: string) => void;
}

/** A bar for each hour, each a button that filters by it; the arrows move between them. */
export function HourBars({ hours, picked, onPick }: HourBarsProps): ReactElement {
  const most = Math.max(1, ...hours.map(({ events }) => events));
  const pickedIndex = hours.findIndex(({ at }) => at === picked);
  const reached = pickedIndex === -1 ? hours.length - 1 : pickedIndex;
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const bars = [...event.currentTarget.querySelectorAll('button')];
    const at = bars.findIndex((bar) => bar === document.activeElement);
    if (step === undefined || at === -1) return;
    event.preventDefault();
    bars[at + step]?.focus();
  };
  return (
    <div className="bars" role="group" aria-label="Events by hour" onKeyDown={onKeyDown}>
      {hours.map(({ at, events, more }, index) => (
        <button
          key={at}
          className="bar"
          tabIndex={index === reached ? 0 : -1}
          aria-pressed={at === picked}
          aria-label={`${hourOf(at)}: ${countOf({ events, more })}`}
          title={`${hourOf(at)}: ${countOf({ events, more })}`}
          onClick={() => onPick(at === picked ? '' : at)}
        >
          <span style={{ height: `${(events / most) * 100}%` }} data-more={more || undefined} />
        </button>
      ))}
    </div>
  );
}

const countOf = ({ events, more }: Pick<Hour, 'events' | 'more'>): string =>
  more ? `more than ${events} events` : events === 1 ? '1 event' : `${events} events`;

export const hourOf = (at: string): string =>
  new Date(at).toLocaleString(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
