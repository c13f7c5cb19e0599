import { EventEmitter, on } from 'node:events';
import type { Logger } from 'pino';
import { parseAnnouncement, type Announcement, type Kind, type OfKind } from './announcement.ts';

/** Carries texts between nodes, the own one included; may lose some, never makes one up. */
export interface Transport {
  send(text: string): Promise<void>;
  /** Calls back for every text from any node. */
  listen(onText: (text: string) => void): Promise<void>;
  close(): Promise<void>;
}

export interface Bus {
  /** Tells every node. What cannot be sent is heard on this node alone, and logged. */
  readonly publish: (announcement: Announcement) => void;
  /** Hears of one kind until `signal` aborts. */
  readonly hear: <K extends Kind>(kind: K, signal: AbortSignal) => AsyncIterable<OfKind<K>>;
  readonly onAnnouncement: (heard: (announcement: Announcement) => void) => () => void;
  readonly close: () => Promise<void>;
}

const any = Symbol('any kind');

export async function openBus(transport: Transport | null, log: Logger): Promise<Bus> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const deliver = (announcement: Announcement): void => {
    emitter.emit(announcement.kind, announcement);
    emitter.emit(any, announcement);
  };
  await transport?.listen((text) => {
    const announcement = parseAnnouncement(text);
    if (announcement !== null) deliver(announcement);
  });

  return {
    publish(announcement) {
      if (transport === null) return deliver(announcement);
      transport.send(JSON.stringify(announcement)).catch((error: unknown) => {
        log.warn({ err: error }, 'an announcement reached this node alone');
        deliver(announcement);
      });
    },
    async *hear(kind, signal) {
      try {
        for await (const [announcement] of on(emitter, kind, { signal })) yield announcement;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    onAnnouncement(heard) {
      emitter.on(any, heard);
      return () => emitter.off(any, heard);
    },
    close: async () => transport?.close(),
  };
}
