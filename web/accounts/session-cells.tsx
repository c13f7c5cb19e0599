import type { ReactElement } from 'react';
import { deviceOf } from './device-of.ts';

interface ShownSession {
  readonly id: string;
  readonly current: boolean;
  readonly device: string | null;
  readonly userAgent: string | null;
}

/** Heads the row of a session by its device. */
export const SessionHead = ({ session }: { readonly session: ShownSession }): ReactElement => (
  <th scope="row" title={session.userAgent ?? undefined}>
    {deviceOf(session)}
    {session.current && <span className="tag"> this device</span>}
  </th>
);

interface EndSessionProps {
  readonly session: ShownSession;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
}

/** The button that ends a session, but for the one that asks. */
export const EndSession = ({ session: { current }, isBusy, onEnd }: EndSessionProps): ReactElement => (
  <td>
    {!current && (
      <button className="button small" disabled={isBusy} onClick={onEnd}>
        End
      </button>
    )}
  </td>
);
