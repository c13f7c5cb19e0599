import { openConnection, requestBytes, requireOk, type Target } from './connection.ts';

/** Sends one request after the other, until there are as many or it is over, and answers how long each took. */
export async function millisecondsOf(target: Target, count: number, isOver = (): boolean => false): Promise<number[]> {
  const connection = await openConnection(target.port);
  const request = requestBytes(target);
  const taken: number[] = [];
  while (taken.length < count && !isOver()) {
    const start = performance.now();
    requireOk(await connection.send(request));
    taken.push(performance.now() - start);
  }
  connection.close();
  return taken;
}

/** Does the same for as long as some other work takes. */
export async function millisecondsBeside(target: Target, work: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  const done = work.finally(() => (isOver = true));
  const taken = await millisecondsOf(target, Number.POSITIVE_INFINITY, () => isOver);
  await done;
  return taken;
}
