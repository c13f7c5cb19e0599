import { AuditEvent } from '../../src/audit/audit-event.entity.ts';
import type { PreparedEvent, Provenance, Recorder, SecurityEvent } from '../../src/audit/record.ts';
import { newId } from '../../src/database/base.entity.ts';
import type { Database } from '../../src/database/open.ts';
import type { RequestContext } from '../../src/request/context.ts';
import type { CookieJar, SallyportCookie } from '../../src/request/cookie-jar.ts';

/** Cookies that are no request's: what is set stays in them. */
export function cookiesOf(
  given: Partial<Record<SallyportCookie, string>> = {},
  originAllowed = true,
): CookieJar & { readonly changes: string[] } {
  const changes: string[] = [];
  return {
    changes,
    originAllowed,
    get: (name) => given[name],
    set: (name, value, maxAgeSeconds) => void changes.push(`${name}=${value} for ${maxAgeSeconds}`),
    clear: (name) => void changes.push(`${name} cleared`),
    noteForeignOrigin: () => undefined,
  };
}

/** The context of a request by a caller, anonymous if nothing else is said, with a unit of work of its own. */
export function contextOf(database: Database, changes: Partial<RequestContext> = {}): RequestContext {
  return {
    principal: { kind: 'anonymous' },
    credential: { source: 'none' },
    em: database.fork(),
    rows: database.rows(),
    renewUnitOfWork: () => undefined,
    actAs: () => undefined,
    requestId: '01900000-0000-7000-8000-00000000000a',
    ipAddress: '192.0.2.7',
    userAgent: 'a browser',
    now: new Date(),
    cookies: cookiesOf(),
    ...changes,
  };
}

export type Recorded = SecurityEvent & { readonly by: Provenance['principal'] };

/** A recorder that keeps what it is given, and the types of what was prepared and then told to the log. */
export function keepingRecorder(): Recorder & { readonly events: Recorded[]; readonly logged: string[] } {
  const [events, logged]: [Recorded[], string[]] = [[], []];
  const keep = ({ principal }: Provenance, event: SecurityEvent): void => void events.push({ ...event, by: principal });
  return {
    events,
    logged,
    prepare(provenance, event): PreparedEvent {
      keep(provenance, event);
      const { type, outcome = 'SUCCESS' } = event;
      const values = { id: newId(provenance.now), at: provenance.now, type, outcome };
      return { row: { entity: AuditEvent, values }, logAfterCommit: () => void logged.push(type) };
    },
    record: (_, provenance, event) => keep(provenance, event),
    note: async (provenance, event) => {
      keep(provenance, event);
      return newId(provenance.now);
    },
  };
}
