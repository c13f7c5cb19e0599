import { userIdOf } from '../authorization/index.ts';
import type { OnRefused, Provenance, Recorder, Refusal, RefusedRequest, SecurityEvent } from './record.ts';

/** The time within which the same refusal of a request, or of what is read, is one event: pages ask again and again. */
const sameForMs = 10 * 60_000;
/** The refusals that are remembered at most. */
const maxRemembered = 10_000;

/** The reasons for which a request is refused because what it presents proves nothing. */
const wrongProofs: ReadonlySet<RefusedRequest['reason']> = new Set(['forged_token', 'bad_credential', 'bad_client']);

interface Remembered {
  readonly until: number;
  readonly id: Promise<string | null>;
}

/**
 * Creates what records refusals: each of a mutation, and those of requests and reads once in ten minutes for a caller
 * and the reason or the fields.
 */
export function createRefusals({ note }: Pick<Recorder, 'note'>): OnRefused {
  const remembered = new Map<string, Remembered>();

  function once(provenance: Provenance, of: readonly string[], event: SecurityEvent): Promise<string | null> {
    const key = [callerOf(provenance), ...of].join(' ');
    const now = provenance.now.getTime();
    const known = remembered.get(key);
    if (known !== undefined && known.until > now) return known.id;
    const id = note(provenance, event);
    remembered.delete(key);
    const entry = { until: now + sameForMs, id };
    remembered.set(key, entry);
    // A refusal that could not be recorded is recorded the next time.
    void id.then((recorded) => recorded === null && remembered.get(key) === entry && remembered.delete(key));
    const [oldest] = remembered.keys();
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
    return id;
  }

  const record = (provenance: Provenance, refusal: Refusal): Promise<string | null> => {
    if (refusal.kind === 'request') {
      const { reason } = refusal;
      const outcome = wrongProofs.has(reason) ? 'FAILURE' : 'DENIED';
      return once(provenance, [reason], { type: 'request.refused', outcome, details: { reason } });
    }
    if (refusal.kind === 'reads') {
      const { fields, code } = refusal;
      return once(provenance, [code, ...fields], {
        type: 'read.refused',
        outcome: 'DENIED',
        details: { fields, code },
      });
    }
    const { field, code, subjectId } = refusal;
    return note(provenance, { type: 'mutation.refused', outcome: 'DENIED', subjectId, details: { field, code } });
  };

  return (provenance, refusals) => Promise.all(refusals.map((refusal) => record(provenance, refusal)));
}

/** Names the caller by its credential, and who presented none by the IP address. */
function callerOf({ principal, ipAddress }: Provenance): string {
  if (principal.kind === 'anonymous') return `anonymous ${ipAddress}`;
  return [principal.kind, principal.id, userIdOf(principal) ?? '', principal.sessionId ?? ''].join(' ');
}
