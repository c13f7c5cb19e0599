import type { ReactElement } from 'react';

interface PagerProps {
  /** The cursor after which the page begins; empty for the newest. */
  readonly after: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  readonly goTo: (after: string) => void;
}

/** The ways from a page of a list to the next one, and back to the first. */
export const Pager = ({ after, pageInfo, goTo }: PagerProps): ReactElement => (
  <div className="actions">
    {after !== '' && (
      <button className="button" onClick={() => goTo('')}>
        Newest
      </button>
    )}
    {pageInfo.hasNextPage && (
      <button className="button" onClick={() => goTo(pageInfo.endCursor ?? '')}>
        Older
      </button>
    )}
  </div>
);
