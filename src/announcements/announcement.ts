import { isUuid } from '../input.ts';

/**
 * A hint that something has changed, for all nodes: ids alone. Whoever hears it looks at the database; one that is lost
 * or made up does no harm.
 */
export type Announcement =
  | { readonly kind: 'article-published'; readonly id: string }
  | { readonly kind: 'session-ended'; readonly id: string; readonly userId: string }
  | { readonly kind: 'account-changed'; readonly userId: string };

export type Kind = Announcement['kind'];
export type OfKind<K extends Kind> = Extract<Announcement, { kind: K }>;

/** What one can listen to: a kind of announcement and, where they concern a user, that user's alone. */
export type Topic<K extends Kind = Kind> = { readonly kind: K } & Pick<OfKind<K>, Extract<keyof OfKind<K>, 'userId'>>;

const idsOf: Readonly<Record<Kind, readonly string[]>> = {
  'article-published': ['id'],
  'session-ended': ['id', 'userId'],
  'account-changed': ['userId'],
};

/** Reads a message from another node; null where it is not one of ours. */
export function parseAnnouncement(text: string): Announcement | null {
  const value = parseObject(text);
  return value !== null && isAnnouncement(value) ? value : null;
}

function isAnnouncement(value: Record<string, unknown>): value is Record<string, unknown> & Announcement {
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
