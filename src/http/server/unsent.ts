import type { Duplex } from 'node:stream';

/** The bytes that wait for clients to read them. */
export interface Unsent {
  /**
   * Counts bytes that were written to a connection and not taken by the network yet; answers what counts them as sent.
   * Destroys the connection if it has too many, and those that have waited longest if all have too many together.
   */
  readonly add: (connection: Duplex, bytes: number) => () => void;
}

export interface UnsentLimits {
  readonly maxConnectionBytes: number;
  /** The limit for all connections together. */
  readonly maxBytes: number;
}

const defaultLimits: UnsentLimits = { maxConnectionBytes: 16 * 1024 ** 2, maxBytes: 128 * 1024 ** 2 };

/** Bounds the memory that clients can hold by asking and not reading: the network takes no more than they read. */
export function createUnsent({ maxConnectionBytes, maxBytes }: UnsentLimits = defaultLimits): Unsent {
  /** Connections in the order in which they began to wait. */
  const waiting = new Map<Duplex, number>();
  const followed = new WeakSet<Duplex>();
  let total = 0;

  function forget(connection: Duplex): void {
    total -= waiting.get(connection) ?? 0;
    waiting.delete(connection);
  }

  function drop(connection: Duplex): void {
    forget(connection);
    connection.destroy();
  }

  function sent(connection: Duplex, bytes: number): void {
    const held = waiting.get(connection);
    if (held === undefined) return;
    total -= bytes;
    if (held > bytes) waiting.set(connection, held - bytes);
    else waiting.delete(connection);
  }

  return {
    add(connection, bytes) {
      if (connection.destroyed) return () => undefined;
      if (!followed.has(connection)) connection.once('close', () => forget(connection));
      followed.add(connection);
      const held = waiting.get(connection);
      waiting.set(connection, (held ?? 0) + bytes);
      total += bytes;
      if ((held ?? 0) + bytes > maxConnectionBytes) drop(connection);
      for (const [longest] of waiting) {
        if (total <= maxBytes) break;
        drop(longest);
      }
      return () => sent(connection, bytes);
    },
  };
}
