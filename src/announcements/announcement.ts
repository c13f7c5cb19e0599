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

/** Reads a message from another node; null where it is not one of ours. */
export function parseAnnouncement(text: string): Announcement | null {
  try {
    const value: Announcement | null = JSON.parse(text);
    return typeof value === 'object' && value !== null && typeof value.kind === 'string' ? value : null;
  } catch {
    return null;
  }
}
