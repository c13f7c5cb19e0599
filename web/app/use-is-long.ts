import { useEffect, useState } from 'react';

/** So long something may take before the page says that it does. */
const noticedMs = 1000;

/** Tells whether something has lasted longer than a second. */
export function useIsLong(isBusy: boolean): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setTimeout(() => setLong(true), noticedMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [isBusy]);
  return isBusy && isLong;
}
