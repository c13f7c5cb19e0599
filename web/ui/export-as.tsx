import type { ReactElement } from 'react';
import { ActionMenu } from './action-menu.tsx';
import { csvOf } from './csv.ts';
import { save } from './save.ts';

type Cell = string | number | boolean | null | undefined | readonly string[];

interface ExportAsProps {
  /** The name of the file, without its ending. */
  readonly name: string;
  /** The rows that the page shows, each with the same columns. */
  readonly rows: ReadonlyArray<Readonly<Record<string, Cell>>>;
}

/** A menu that saves what a table shows as CSV or JSON. */
export function ExportAs({ name, rows }: ExportAsProps): ReactElement {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => textOf(row[column])));
  return (
    <ActionMenu
      label="Export"
      actions={{
        'This page as CSV': () => save(`${name}.csv`, 'text/csv', csvOf([columns, ...lines])),
        'This page as JSON': () => save(`${name}.json`, 'application/json', `${JSON.stringify(rows, null, 2)}\n`),
      }}
    />
  );
}

const textOf = (cell: Cell): string => (Array.isArray(cell) ? cell.join(' ') : String(cell ?? ''));
