import { AppError } from '../errors.ts';
import type { RequestScope } from '../request.ts';

/** Whether a request brought a credential that is genuine but no longer counts, other than by cookies. */
export const isRefusedStale = ({ stale, source }: Pick<RequestScope['credential'], 'stale' | 'source'>): boolean =>
  stale !== undefined && source !== 'cookie';

/** It is never taken for anonymous (RFC 6750 §3.1). */
export const staleCredential = (): AppError =>
  new AppError('UNAUTHENTICATED', 'The access token has expired or its session has ended.', {
    httpStatus: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
