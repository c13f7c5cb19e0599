import type { ReactElement, ReactNode } from 'react';

interface PageHeadProps {
  readonly title: string;
  readonly about: string;
  readonly children?: ReactNode;
}

/** The title of a page, what it is about, and what can be done on it. */
export const PageHead = ({ title, about, children }: PageHeadProps): ReactElement => (
  <header className="page-head">
    <div>
      <h1>{title}</h1>
      <p className="muted">{about}</p>
    </div>
    <div className="actions">{children}</div>
  </header>
);

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly children: ReactNode;
}

/** A table that scrolls by itself if the page is narrow. */
export const DataTable = ({ label, columns, children }: DataTableProps): ReactElement => (
  <div className="table-frame" role="region" aria-label={label} tabIndex={0}>
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" key={column}>
              {column === '' ? <span className="visually-hidden">Actions</span> : column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** A moment, exact in its title and for machines. */
export function Moment({ at, none = 'never' }: { at: string | null | undefined; none?: string }): ReactElement {
  if (at == null) return <span className="muted">{none}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={date.toISOString()}>
      {date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  );
}
