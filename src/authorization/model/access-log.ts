/**
 * A defect that the engine met: a row that slipped through a service's filter (`row`), a policy or a loader that
 * failed, a malformed principal. The engine denied in each case; the event is for the operator, never for the client.
 */
export interface AccessLogEvent {
  readonly kind: 'row' | 'policy' | 'loader' | 'principal';
  readonly message: string;
  readonly coordinate?: string;
  readonly type?: string;
  readonly action?: string;
  readonly id?: string;
  readonly error?: unknown;
}

/** Receives defects. It may throw: the decision stands all the same. */
export type AccessLog = (event: AccessLogEvent) => void;

/** Wraps a log so that each distinct defect is logged once, and that a log which throws changes no decision. */
export function onceEach(log: AccessLog | undefined): AccessLog {
  let seen: Set<string> | undefined;
  return (event) => {
    const key = [event.kind, event.coordinate, event.type, event.action, event.id].join('\u0000');
    if (log === undefined || seen?.has(key)) return;
    seen = (seen ?? new Set()).add(key);
    try {
      log(event);
    } catch {
      // The decision stands whether or not it could be written down.
    }
  };
}
