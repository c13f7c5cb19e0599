import type { IncomingMessage } from 'node:http';
import type { OnRefused } from '../audit/record.ts';
import type { AppError } from '../errors.ts';
import { requestRefusalOf } from '../graphql/request-refusal.ts';
import { userAgentOf } from '../http/server/client.ts';
import type { Clock } from '../request/context.ts';

export interface NoteProblemDeps {
  readonly onRefused: OnRefused;
  readonly clientIp: (request: IncomingMessage) => string;
  readonly clock: Clock;
}

/** Creates what records requests that were refused before their caller was known, if they are worth an event. */
export const createNoteProblem =
  ({ onRefused, clientIp, clock }: NoteProblemDeps) =>
  (error: AppError, request: IncomingMessage, requestId: string): void => {
    const refusal = requestRefusalOf(error);
    if (refusal === null) return;
    const userAgent = userAgentOf(request);
    const provenance = {
      principal: { kind: 'anonymous' },
      ipAddress: clientIp(request),
      userAgent,
      requestId,
    } as const;
    void onRefused({ ...provenance, now: clock() }, [refusal]);
  };
