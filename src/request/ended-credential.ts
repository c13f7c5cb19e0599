import { AppError } from '../errors.ts';
import type { RequestContext } from './context.ts';
import type { RecognisedCredential } from './credentials.ts';

/**
 * Refuses a credential that is genuine but counts no more; it is never treated as anonymous (RFC 6750 §3.1). Its reason
 * tells the client whether to refresh.
 */
export const endedCredential = ({ reason }: NonNullable<RecognisedCredential['ended']>): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    reason === 'EXPIRED' ? 'The access token has expired. Refresh it.' : 'The session has ended. Sign in again.',
    { reason, httpStatus: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
  );

/**
 * Answers the refusal of a request whose credential has ended; null if it has not. Cookies of an ended session are
 * taken back, so that the client is told once.
 */
export function refuseEnded({ credential, cookies }: Pick<RequestContext, 'credential' | 'cookies'>): AppError | null {
  const { ended, source } = credential;
  if (ended === undefined) return null;
  if (source === 'cookie' && ended.reason === 'ENDED') {
    cookies.clear('access');
    cookies.clear('refresh');
  }
  return endedCredential(ended);
}

/** @throws UNAUTHENTICATED, with its reason, if the credential of a request has ended. */
export function requireLasting(context: Pick<RequestContext, 'credential' | 'cookies'>): void {
  const refusal = refuseEnded(context);
  if (refusal !== null) throw refusal;
}
