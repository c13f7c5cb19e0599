import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';
import type { Clock, RequestContext } from '../../request/context.ts';
import type { ReportError } from '../../request/error-report.ts';
import { readFormBody } from '../server/body.ts';
import { userAgentOf } from '../server/client.ts';
import type { NoteProblem } from '../server/problem.ts';
import type { Handler } from '../server/server.ts';
import { sendOAuthError } from './oauth-error.ts';

export interface LogoutEndpointDeps {
  /** @throws BAD_REQUEST for a token that is not accepted. */
  readonly logOut: (
    provenance: Pick<RequestContext, 'principal' | 'now' | 'userAgent' | 'requestId' | 'ipAddress'>,
    logoutToken: string,
  ) => Promise<void>;
  readonly clientIp: (request: IncomingMessage) => string;
  readonly clock: Clock;
  readonly report: ReportError;
  readonly noteProblem: NoteProblem;
}

/** Creates the endpoint at which issuers tell of logouts (OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.8). */
export const createBackChannelLogoutEndpoint =
  ({ logOut, clientIp, clock, report, noteProblem }: LogoutEndpointDeps): Handler =>
  async (request, response, requestId) => {
    response.setHeader('cache-control', 'no-store');
    try {
      requirePost(request);
      const token = (await readFormBody(request)).get('logout_token');
      if (token === undefined)
        throw new AppError('BAD_REQUEST', '`logout_token` is missing.', { refusal: 'bad_credential' });
      const ipAddress = clientIp(request);
      const userAgent = userAgentOf(request);
      await logOut({ principal: { kind: 'anonymous' }, now: clock(), ipAddress, userAgent, requestId }, token);
      response.writeHead(200).end();
    } catch (error) {
      const problem = report(error, requestId);
      if (problem.status !== 413) noteProblem(problem, request, requestId);
      sendOAuthError(response, problem, undefined);
    }
  };

function requirePost({ method, url = '' }: IncomingMessage): void {
  if (method !== 'POST') {
    throw new AppError('BAD_REQUEST', 'Send this request by POST.', { httpStatus: 405, headers: { allow: 'POST' } });
  }
  if (url.includes('?')) throw new AppError('BAD_REQUEST', 'Send the token in the body, not in the query string.');
}
