import { useState, type ReactElement } from 'react';
import { collectPages, type CollectedPage } from '../app/collect-pages.ts';
import { Cancelled, track } from '../app/work.ts';
import { ActionMenu, type Actions } from './action-menu.tsx';
import { csvOf } from './csv.ts';
import { save } from './save.ts';

type Cell = string | number | boolean | null | undefined | readonly string[];
type Row = Readonly<Record<string, Cell>>;

type ReadPage = (after: string | null, signal: AbortSignal) => Promise<CollectedPage<Row>>;

interface ExportAsProps {
  /** The name of the file, without its ending. */
  readonly name: string;
  /** The rows that the page shows, each with the same columns. */
  readonly rows: readonly Row[];
  /** Reads a page of the list behind them, to save all of it. */
  readonly read?: ReadPage;
  /** The text of the button, if there is more than one on the page. */
  readonly label?: string;
}

/** So many rows are saved at most: they are all in the memory of the browser. */
const bound = 10_000;

type Format = 'CSV' | 'JSON';

/** A menu that saves what a table shows, or the list behind it, as CSV or JSON. */
export function ExportAs({ name, rows, read, label = 'Export' }: ExportAsProps): ReactElement {
  const [told, setTold] = useState('');
  const saveAll = async (readPage: ReadPage, format: Format): Promise<void> => {
    try {
      const all = await track((signal) =>
        collectPages(
          (after) => readPage(after, signal),
          bound,
          (count) => setTold(`${count} so far…`),
        ),
      );
      saveAs(format, name, all.rows);
      setTold(all.hasMore ? `Saved the first ${bound}: narrow the filters for others.` : `Saved ${all.rows.length}.`);
    } catch (error) {
      setTold(error instanceof Cancelled ? 'Cancelled: nothing was saved.' : (error as Error).message);
    }
  };
  const whole = read === undefined ? 'Save ' : 'This page ';
  const actions: Actions = {
    [`${whole}as CSV`]: () => saveAs('CSV', name, rows),
    [`${whole}as JSON`]: () => saveAs('JSON', name, rows),
    ...(read === undefined
      ? {}
      : {
          'All that match as CSV': () => void saveAll(read, 'CSV'),
          'All that match as JSON': () => void saveAll(read, 'JSON'),
        }),
  };
  return (
    <>
      {read !== undefined && (
        <span className="muted small" role="status">
          {told}
        </span>
      )}
      <ActionMenu label={label} actions={actions} />
    </>
  );
}

function saveAs(format: Format, name: string, rows: readonly Row[]): void {
  if (format === 'JSON') return save(`${name}.json`, 'application/json', `${JSON.stringify(rows, null, 2)}\n`);
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => textOf(row[column])));
  return save(`${name}.csv`, 'text/csv', csvOf([columns, ...lines]));
}

const textOf = (cell: Cell): string => (Array.isArray(cell) ? cell.join(' ') : String(cell ?? ''));
