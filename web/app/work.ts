import { useSyncExternalStore } from 'react';
import { queryClient } from './client.ts';

const running = new Set<AbortController>();
const listeners = new Set<() => void>();
let isCancelled = false;
let state = { running: 0, isCancelled };

function tell(): void {
  state = { running: running.size, isCancelled };
  for (const listener of listeners) listener();
}

/** Runs work that the user may stop while it lasts, beside what the query client fetches. */
export async function track<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  running.add(controller);
  tell();
  try {
    return await work(controller.signal);
  } finally {
    running.delete(controller);
    tell();
  }
}

/** Stops everything that is under way; what is shown stays. */
export function cancelAll(): void {
  isCancelled = true;
  void queryClient.cancelQueries();
  for (const controller of running) controller.abort(new Cancelled());
  tell();
}

/** The reason of work that the user stopped. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled.');
  }
}

/** Asks anew for what the page shows. */
export function resume(): void {
  isCancelled = false;
  tell();
  void queryClient.refetchQueries({ type: 'active' });
}

queryClient.getQueryCache().subscribe((event) => {
  if (!isCancelled || event.type !== 'updated' || event.action.type !== 'fetch') return;
  isCancelled = false;
  tell();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns how much tracked work is under way, and whether the user stopped what the page was waiting for. */
export const useWork = (): typeof state => useSyncExternalStore(subscribe, () => state);
