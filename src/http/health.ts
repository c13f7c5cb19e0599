import { sendJson } from './problem.ts';
import { requireGet, type Handler } from './server.ts';

/** `live`: the process answers. `ready`: the database does, too; 503 where it does not. */
export function createHealth(isReady: () => Promise<boolean>): { live: Handler; ready: Handler } {
  return {
    live(request, response) {
      requireGet(request);
      response.setHeader('cache-control', 'no-store');
      sendJson(response, 200, { status: 'live' });
    },
    async ready(request, response) {
      requireGet(request);
      response.setHeader('cache-control', 'no-store');
      const ready = await isReady();
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'unavailable' });
    },
  };
}
