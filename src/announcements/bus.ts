import { EventEmitter, on } from 'node:events';
import type { Logger } from 'pino';
import { parseAnnouncement, type Announcement, type Kind, type OfKind, type Topic } from './announcement.ts';

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
  /** Hears of one topic until it is told to return: that ends a wait, too. */
  readonly hear: <K extends Kind>(topic: Topic<K>) => Hearing<OfKind<K>>;
  readonly onAnnouncement: (heard: (announcement: Announcement) => void) => () => void;
  readonly close: () => Promise<void>;
}

/** What is heard, one after the other. */
export interface Hearing<Heard> {
  readonly next: () => Promise<IteratorResult<Heard, undefined>>;
  readonly return: () => Promise<IteratorReturnResult<undefined>>;
}

const any = Symbol('any kind');
const nameOf = (topic: Topic | Announcement): string =>
  'userId' in topic ? `${topic.kind} ${topic.userId}` : topic.kind;

export async function openBus(transport: Transport | null, log: Logger): Promise<Bus> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const deliver = (announcement: Announcement): void => {
    emitter.emit(nameOf(announcement), announcement);
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
    hear(topic) {
      const events = on(emitter, nameOf(topic));
      return {
        async next() {
          const { done, value } = await events.next();
          return done === true ? over : { done: false, value: value[0] };
        },
        async return() {
          await events.return?.();
          return over;
        },
      };
    },
    onAnnouncement(heard) {
      emitter.on(any, heard);
      return () => emitter.off(any, heard);
    },
    close: async () => transport?.close(),
  };
}

const over = { done: true, value: undefined } as const;
