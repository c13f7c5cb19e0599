import type { ReactElement, ReactNode } from 'react';

/** Something that went wrong, announced as it appears. */
export const Alert = ({ children }: { children: ReactNode }): ReactElement => (
  <div className="alert" role="alert">
    <span aria-hidden="true">!</span>
    <p>{children}</p>
  </div>
);
