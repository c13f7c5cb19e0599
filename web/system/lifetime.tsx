import type { ReactElement } from 'react';
import { Moment } from '../ui/page.tsx';
import { lifetimeOf } from './decode-token.ts';

/** Draws the lifetime of a token, with ticks for its beginning, the present and its end; the list below says the same. */
export function Lifetime({
  claims,
  clockSeconds,
}: {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly clockSeconds: number;
}): ReactElement | null {
  const now = Date.now() / 1000 + clockSeconds;
  const lifetime = lifetimeOf(claims, now);
  if (lifetime === undefined) return null;
  const [from, until] = [lifetime.from.getTime() / 1000, lifetime.until.getTime() / 1000];
  const [first, last] = [Math.min(from, now), Math.max(until, now)];
  const at = (moment: number): number => (100 * (moment - first)) / (last - first);
  return (
    <section className="lifetime" aria-label="Lifetime">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect className="lifetime-whole" x={at(from)} y="3" width={at(until) - at(from)} height="4" />
        <rect className="lifetime-over" x={at(from)} y="3" width={at(Math.min(now, until)) - at(from)} height="4" />
        {[from, until].map((moment) => (
          <rect key={moment} className="lifetime-end" x={Math.min(99.6, at(moment))} y="1" width="0.4" height="8" />
        ))}
        <rect className="lifetime-now" x={Math.min(99.4, at(now))} y="0" width="0.6" height="10" />
      </svg>
      <dl>
        <div>
          <dt>Issued</dt>
          <dd>
            <Moment at={lifetime.from.toISOString()} />, {spanOf(now - from)}
          </dd>
        </div>
        <div>
          <dt>Now</dt>
          <dd>
            {Math.round(lifetime.share * 100)} % of its {lasting(until - from)} are over
          </dd>
        </div>
        <div>
          <dt>Expires</dt>
          <dd>
            <Moment at={lifetime.until.toISOString()} />, {spanOf(now - until)}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function spanOf(seconds: number): string {
  if (Math.abs(seconds) < 2) return 'just now';
  return seconds > 0 ? `${lasting(seconds)} ago` : `in ${lasting(-seconds)}`;
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Says how long something lasts, in the largest unit that fits. */
function lasting(seconds: number): string {
  const [unit, size] = units.find(([, one]) => seconds >= one) ?? (['second', 1] as const);
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
