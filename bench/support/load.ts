import { openConnection, requestBytes, requireStatus, type Target } from './connection.ts';

export type { Target } from './connection.ts';

/**
 * Sends `count` requests with `inFlight` of them under way at any time, over as many connections, and answers the
 * seconds that it took. It writes prepared bytes and looks only for the end of each answer, so that the client costs
 * far less than any server that it measures. Several targets of one port are asked in turn.
 * @throws Error if an answer has another status than 200, or than the one given.
 */
export async function load(
  target: Target | readonly Target[],
  count: number,
  inFlight: number,
  status = 200,
): Promise<number> {
  const targets = [target].flat();
  const requests = targets.map(requestBytes);
  const port = targets[0]?.port ?? 0;
  const connections = await Promise.all(Array.from({ length: inFlight }, () => openConnection(port)));
  let left = count;
  const start = performance.now();
  await Promise.all(
    connections.map(async ({ send }) => {
      while (left > 0) {
        left -= 1;
        requireStatus(await send(requests[left % requests.length] ?? Buffer.alloc(0)), status);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  connections.forEach(({ close }) => close());
  return seconds;
}
