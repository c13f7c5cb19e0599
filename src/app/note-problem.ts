import type { IncomingMessage } from 'node:http';
import type { OnRefused, RefusedRequest } from '../audit/record.ts';
import type { AppError, ErrorCode } from '../errors.ts';
import { requestRefusalOf } from '../graphql/request-refusal.ts';
import { userAgentOf } from '../http/server/client.ts';
import type { NoteProblem } from '../http/server/problem.ts';
import type { Clock } from '../request/context.ts';

export interface NoteProblemDeps {
  readonly onRefused: OnRefused;
  readonly clientIp: (request: IncomingMessage) => string;
  readonly clock: Clock;
}

/** Creates what records requests that were refused before or beside GraphQL, if they are worth an event. */
export const createNoteProblem =
  ({ onRefused, clientIp, clock }: NoteProblemDeps): NoteProblem =>
  (error, request, requestId, principal) => {
    const refusal = requestRefusalOf(error) ?? (principal === undefined ? null : denialOf(error));
    if (refusal === null) return;
    const provenance = { ipAddress: clientIp(request), userAgent: userAgentOf(request), requestId, now: clock() };
    void onRefused({ ...provenance, principal: principal ?? { kind: 'anonymous' } }, [refusal]);
  };

/** What a caller is refused whose credential was accepted, by the code; wrong passwords and tokens have their events. */
const denials: Readonly<Partial<Record<ErrorCode, RefusedRequest['reason']>>> = {
  FORBIDDEN: 'not_allowed',
  MFA_REQUIRED: 'needs_factor',
  RATE_LIMITED: 'rate_limited',
};

function denialOf({ code }: AppError): RefusedRequest | null {
  const reason = denials[code];
  return reason === undefined ? null : { kind: 'request', reason };
}
