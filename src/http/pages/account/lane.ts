import { html, type Html } from '../html.ts';

const days = 30;
const dayMs = 86_400_000;
/** A session of a moment can still be seen. */
const minWidth = 1;

/**
 * Draws from when to when a session was used, in the 30 days before the latest use of any. It tells nothing that the text
 * beside it does not.
 */
export function lane(createdAt: string, lastUsedAt: string, latest: string): Html {
  const until = Date.parse(latest);
  const shareOf = (moment: string): number => 100 * Math.max(0, 1 - (until - Date.parse(moment)) / (days * dayMs));
  const [from, to] = [shareOf(createdAt), shareOf(lastUsedAt)];
  const width = Math.max(minWidth, to - from);
  const x = Math.min(from, 100 - minWidth).toFixed(2);
  const weeks = [7, 14, 21, 28].map((ago) => (100 - (100 * ago) / days).toFixed(2));
  return html`<svg class="lane" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" x="0" y="3" width="100" height="2" />
    ${weeks.map((week) => html`<rect class="week" x="${week}" y="1" width="0.25" height="6" />`)}
    <rect class="used" x="${x}" y="1" width="${width.toFixed(2)}" height="6" />
  </svg>`;
}
