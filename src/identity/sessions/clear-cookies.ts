import type { RequestContext } from '../../request/context.ts';

/** Takes back the cookies by which a session came that has ended. */
export function clearCookies({ credential, cookies }: RequestContext): void {
  if (credential.source !== 'cookie') return;
  cookies.clear('access');
  cookies.clear('refresh');
}
