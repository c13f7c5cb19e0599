import type { ReactElement } from 'react';
import { markTexts } from './mark-texts.ts';
import type { Mark } from './matrix.ts';

export const MarkSign = ({ mark }: { mark: Mark }): ReactElement => (
  <span className={`mark-sign mark-${mark}`} aria-hidden="true">
    {markTexts[mark].sign}
  </span>
);

/** A mark with its word. */
export const MarkWord = ({ mark }: { mark: Mark }): ReactElement => (
  <span className="mark-word">
    <MarkSign mark={mark} />
    {markTexts[mark].word}
  </span>
);
