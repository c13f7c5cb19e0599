import type { Socket } from 'node:net';

/** Calls back once if the client disconnects; returns the function that ends the watch. */
export type OnDisconnect = (left: () => void) => () => void;

const watchedBy = new WeakMap<Socket, Set<() => void>>();

/** Watches the connection of a request, with one listener for all the requests that it carries. */
export const onDisconnect =
  (socket: Socket): OnDisconnect =>
  (left) => {
    const watchers = watchedBy.get(socket) ?? watch(socket);
    watchers.add(left);
    if (socket.destroyed) left();
    return () => watchers.delete(left);
  };

function watch(socket: Socket): Set<() => void> {
  const watchers = new Set<() => void>();
  watchedBy.set(socket, watchers);
  socket.once('close', () => {
    for (const left of watchers) left();
  });
  return watchers;
}
