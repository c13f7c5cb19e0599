import { openConnection, requestBytes, requireOk, type Target } from './connection.ts';

export type { Target } from './connection.ts';

/**
 * Sends `count` requests with `inFlight` of them under way at any time, over as many connections, and answers the
 * seconds that it took. It writes prepared bytes and looks only for the end of each answer, so that the client costs
 * far less than any server that it measures.
 * @throws Error where an answer is not 200.
 */
export async function load(target: Target, count: number, inFlight: number): Promise<number> {
  const request = requestBytes(target);
  const connections = await Promise.all(Array.from({ length: inFlight }, () => openConnection(target.port)));
  let left = count;
  const start = performance.now();
  await Promise.all(
    connections.map(async ({ send }) => {
      while (left > 0) {
        left -= 1;
        requireOk(await send(request));
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  connections.forEach(({ close }) => close());
  return seconds;
}
