import { useIsFetching } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components';
import { cancelAll, resume, useWork } from './work.ts';

/** So long something may take before the page says that it does. */
const noticedMs = 1000;

/** Says what takes longer than a second, and stops it; then offers to ask anew. */
export function Busy(): ReactElement | null {
  const { running, isCancelled } = useWork();
  const isBusy = useIsFetching() + running > 0;
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setTimeout(() => setLong(true), noticedMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isBusy]);

  if (isBusy && isLong)
    return (
      <div className="busy" role="status">
        <span className="spinner" aria-hidden="true" />
        <p>Waiting for the server…</p>
        <Button className="button small" onPress={cancelAll}>
          Cancel
        </Button>
      </div>
    );
  if (isCancelled && !isBusy)
    return (
      <div className="busy" role="status">
        <p>Cancelled. What is shown may be older.</p>
        <Button className="button small" onPress={resume}>
          Load
        </Button>
      </div>
    );
  return null;
}
