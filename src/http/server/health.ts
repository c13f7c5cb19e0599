import { sendJson } from './problem.ts';
import { requireGet, type Handler } from './server.ts';

/** Creates the handlers of `live` (the process answers) and `ready` (the database answers too; 503 if it does not; `degraded`
 * with what is less than it should be, which is no reason to send requests elsewhere). */
export function createHealth(
  isReady: () => Promise<boolean>,
  degradedNow: () => readonly string[],
): { live: Handler; ready: Handler } {
  return {
    live(request, response) {
      requireGet(request);
      response.setHeader('cache-control', 'no-store');
      sendJson(response, 200, { status: 'live' });
    },
    async ready(request, response) {
      requireGet(request);
      response.setHeader('cache-control', 'no-store');
      if (!(await isReady())) return sendJson(response, 503, { status: 'unavailable' });
      const degraded = degradedNow();
      sendJson(response, 200, degraded.length === 0 ? { status: 'ready' } : { status: 'degraded', degraded });
    },
  };
}
