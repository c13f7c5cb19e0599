/**
 * A defect that the engine met and closed: a row that slipped through a service's filter, a policy or a loader that
 * failed, a principal that is none. It denies in each case; the event is for the operator, never for the client.
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

export type AccessLog = (event: AccessLogEvent) => void;

/** Logs each distinct defect once, and survives a log that throws: a refusal must not depend on it. */
export function onceEach(log: AccessLog | undefined): AccessLog {
  const seen = new Set<string>();
  return (event) => {
    const key = [event.kind, event.coordinate, event.type, event.action, event.id].join('\u0000');
    if (log === undefined || seen.has(key)) return;
    seen.add(key);
    try {
      log(event);
    } catch {
      // The decision stands whether or not it could be written down.
    }
  };
}
