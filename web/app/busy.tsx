import { useIsFetching } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components';
import { useIsLong } from './use-is-long.ts';
import { cancelAll, resume, useWork } from './work.ts';

/** Says what takes longer than a second, and stops it; then offers to ask anew. */
export function Busy(): ReactElement | null {
  const { running, isCancelled } = useWork();
  const isBusy = useIsFetching() + running > 0;
  const isLong = useIsLong(isBusy);

  if (isLong)
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
