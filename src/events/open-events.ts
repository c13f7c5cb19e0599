import type { EntityManager } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { AfterCommit } from '../database/after-commit.ts';
import { parseEvent, type DomainEvent, type Kind, type OfKind, type Topic } from './event.ts';
import { subscribeTo, type EventSubscription } from './subscription-queue.ts';

/** Carries texts between nodes, this one included. It may lose a text; it never invents one. */
export interface Transport {
  send(text: string): Promise<void>;
  /** Calls back for each text from any node. */
  listen(onText: (text: string) => void): Promise<void>;
  close(): Promise<void>;
}

export interface Events {
  /**
   * Tells this node at once, and every other. An event that cannot be sent reaches this node alone, and that is logged.
   */
  readonly publish: (event: DomainEvent) => void;
  /** Receives the events of one topic until `return` is called, which also ends a pending `next`. */
  readonly subscribe: <K extends Kind>(topic: Topic<K>) => EventSubscription<OfKind<K>>;
  /** Calls back for each event of any kind; answers a function that stops it. */
  readonly onEvent: (received: (event: DomainEvent) => void) => () => void;
  /** Ends once what was published has been sent. */
  readonly close: () => Promise<void>;
}

const any = Symbol('any kind');
const nameOf = (topic: Topic | DomainEvent): string =>
  'userId' in topic ? `${topic.kind} ${topic.userId}` : topic.kind;

export async function openEvents(transport: Transport | null, log: Logger): Promise<Events> {
  const emitter = new EventEmitter().setMaxListeners(0);
  const deliver = (event: DomainEvent): void => {
    emitter.emit(nameOf(event), event);
    emitter.emit(any, event);
  };
  // Tells this node's own texts from those of others: what it publishes has reached it before.
  const from = randomUUID();
  await transport?.listen((text) => {
    const received = parseEvent(text);
    if (received !== null && received.from !== from) deliver(received);
  });

  const unsent = new Set<Promise<void>>();

  async function send(to: Transport, event: DomainEvent): Promise<void> {
    try {
      await to.send(JSON.stringify({ ...event, from }));
    } catch (error) {
      log.warn({ err: error }, 'an event reached this node alone');
    }
  }

  return {
    publish(event) {
      deliver(event);
      if (transport === null) return;
      const sending = send(transport, event).finally(() => unsent.delete(sending));
      unsent.add(sending);
    },
    subscribe: (topic) => subscribeTo(emitter, nameOf(topic)),
    onEvent(received) {
      emitter.on(any, received);
      return () => emitter.off(any, received);
    },
    async close() {
      await Promise.all(unsent);
      await transport?.close();
    },
  };
}

/** Publishes what a unit of work has done: once its transaction is committed, and never if it is rolled back. */
export type PublishEvent = (em: EntityManager, event: DomainEvent) => void;

export const createPublishEvent =
  (afterCommit: AfterCommit, events: Pick<Events, 'publish'>): PublishEvent =>
  (em, event) =>
    afterCommit(em, () => events.publish(event));
