import { isUuid } from '../database/ids.ts';

/**
 * A hint to every node that something has changed; it holds ids alone. A node that receives one looks at the database,
 * so an event that is lost or forged does no harm.
 */
export type DomainEvent =
  | { readonly kind: 'article-published'; readonly id: string }
  | { readonly kind: 'issuer-session-ended'; readonly id: string }
  | { readonly kind: 'session-ended'; readonly id: string; readonly userId: string }
  | { readonly kind: 'account-changed'; readonly userId: string };

export type Kind = DomainEvent['kind'];
export type OfKind<K extends Kind> = Extract<DomainEvent, { kind: K }>;

/** The choice of a subscriber: a kind of event and, if the kind concerns a user, that user's events alone. */
export type Topic<K extends Kind = Kind> = { readonly kind: K } & Pick<OfKind<K>, Extract<keyof OfKind<K>, 'userId'>>;

const idsOf: Readonly<Record<Kind, readonly string[]>> = {
  'article-published': ['id'],
  'issuer-session-ended': ['id'],
  'session-ended': ['id', 'userId'],
  'account-changed': ['userId'],
};

/** An event as it was received, with the name of the node that tells of it. */
export type ReceivedEvent = DomainEvent & { readonly from?: unknown };

/** Reads a message from another node; null if it is no event of ours. */
export function parseEvent(text: string): ReceivedEvent | null {
  const value = parseObject(text);
  return value !== null && isDomainEvent(value) ? value : null;
}

function isDomainEvent(value: Record<string, unknown>): value is Record<string, unknown> & DomainEvent {
  const { kind } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(idsOf, kind)) return false;
  return idsOf[kind as Kind].every((name) => {
    const id = value[name];
    return typeof id === 'string' && isUuid(id);
  });
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
