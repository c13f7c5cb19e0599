/**
 * Answers what a job found, for as long as it counts; callers at the same time wait for one job, and a failure is
 * forgotten.
 */
export function remembered<T>(forMs: number, job: () => Promise<T>): () => Promise<T> {
  let found: { readonly until: number; readonly value: Promise<T> } | undefined;
  return () => {
    if (found === undefined || performance.now() > found.until) {
      const value = job();
      const current = { until: performance.now() + forMs, value };
      found = current;
      value.catch(() => {
        if (found === current) found = undefined;
      });
    }
    return found.value;
  };
}
