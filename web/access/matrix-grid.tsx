import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { markTexts } from './mark-texts.ts';
import { MarkSign } from './marks.tsx';
import { sharesOf, type Group, type Line, type Mark, type Matrix, type Row } from './matrix.ts';

interface MatrixGridProps {
  readonly matrix: Matrix;
  readonly rows: readonly Row[];
  readonly closed: ReadonlySet<string>;
  readonly onToggle: (type: string, isOpen: boolean) => void;
  readonly selected: { readonly coordinate: string; readonly column: string };
  readonly onOpen: (coordinate: string, column: string) => void;
}

interface Place {
  readonly row: number;
  /** 0 is the name, 1 anonymous, then the roles. */
  readonly column: number;
}

const rowHeight = 30;

/**
 * The matrix as a grid of which only the rows in sight are made (WAI-ARIA APG, treegrid): arrows move, Enter opens, and
 * the left and right arrow close and open a group.
 */
export function MatrixGrid({ matrix, rows, closed, onToggle, selected, onOpen }: MatrixGridProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const wantsFocus = useRef(false);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 16,
  });
  const active: Place = { row: Math.min(place.row, Math.max(rows.length - 1, 0)), column: place.column };

  // A URL that names a cell shows its row.
  useEffect(() => {
    const row = rows.findIndex(({ line }) => line?.coordinate === selected.coordinate);
    if (row < 0) return;
    setPlace({ row, column: matrix.columns.indexOf(selected.column) + 1 });
    virtualizer.scrollToIndex(row, { align: 'center' });
    // Only as the page opens: later on the grid stays where the user moved it.
  }, []);

  useEffect(() => {
    if (!wantsFocus.current) return;
    const cell = frame.current?.querySelector<HTMLElement>(`[data-at="${active.row}/${active.column}"]`);
    if (cell == null) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });

  const go = (next: Place): void => {
    const row = Math.max(0, Math.min(rows.length - 1, next.row));
    const column = Math.max(0, Math.min(matrix.columns.length, next.column));
    wantsFocus.current = true;
    virtualizer.scrollToIndex(row);
    setPlace({ row, column });
  };

  const open = ({ row, column }: Place): void => {
    const { group, line } = rows[row] ?? {};
    if (group === undefined) return;
    setPlace({ row, column });
    if (line === undefined) onToggle(group.type, closed.has(group.type));
    else onOpen(line.coordinate, matrix.columns[Math.max(column - 1, 0)] ?? '');
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = active;
    const { group, line } = rows[row] ?? {};
    const isHead = group !== undefined && line === undefined;
    const pageSize = Math.max(1, Math.floor((frame.current?.clientHeight ?? 300) / rowHeight) - 2);
    const isOpen = group !== undefined && !closed.has(group.type);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go({ row: row + 1, column }),
      ArrowUp: () => go({ row: row - 1, column }),
      ArrowRight: () =>
        isHead && column === 0 && !isOpen ? onToggle(group.type, true) : go({ row, column: column + 1 }),
      ArrowLeft: () =>
        isHead && column === 0 && isOpen ? onToggle(group.type, false) : go({ row, column: column - 1 }),
      PageDown: () => go({ row: row + pageSize, column }),
      PageUp: () => go({ row: row - pageSize, column }),
      Home: () => go(event.ctrlKey ? { row: 0, column: 0 } : { row, column: 0 }),
      End: () => go(event.ctrlKey ? { row: rows.length - 1, column } : { row, column: matrix.columns.length }),
      Enter: () => open(active),
      ' ': () => open(active),
    };
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.metaKey) return;
    event.preventDefault();
    move();
  };

  return (
    <div
      className="grid-frame"
      ref={frame}
      role="treegrid"
      aria-label="Access matrix"
      aria-rowcount={rows.length + 1}
      aria-colcount={matrix.columns.length + 2}
      style={{ ['--columns' as string]: matrix.columns.length }}
      onKeyDown={onKeyDown}
    >
      <div className="grid-head" role="row" aria-rowindex={1}>
        <div role="columnheader">Field</div>
        {matrix.columns.map((column) => (
          <div role="columnheader" key={column}>
            {column}
          </div>
        ))}
        <div role="columnheader">Requirement</div>
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const shared = {
            index,
            start,
            columns: matrix.columns,
            activeColumn: active.row === index ? active.column : -1,
            onPick: (column: number) => open({ row: index, column }),
          };
          return row.line === undefined ? (
            <GroupRow {...shared} key={row.group.type} group={row.group} isOpen={!closed.has(row.group.type)} />
          ) : (
            <LineRow
              {...shared}
              key={row.line.coordinate}
              line={row.line}
              selectedColumn={selected.coordinate === row.line.coordinate ? selected.column : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly index: number;
  readonly start: number;
  readonly columns: readonly string[];
  readonly activeColumn: number;
  readonly onPick: (column: number) => void;
}

const tabIndexOf = (isActive: boolean): 0 | -1 => (isActive ? 0 : -1);

function GroupRow({ index, start, columns, activeColumn, onPick, group, isOpen }: GroupRowProps): ReactElement {
  return (
    <div
      className="grid-row grid-group"
      role="row"
      aria-level={1}
      aria-expanded={isOpen}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${start}px)` }}
    >
      <div role="rowheader" data-at={`${index}/0`} tabIndex={tabIndexOf(activeColumn === 0)} onClick={() => onPick(0)}>
        <span className="caret" aria-hidden="true" />
        <strong>{group.type}</strong>
        <span className="muted small">{group.lines.length}</span>
      </div>
      {columns.map((column, at) => (
        <div
          role="gridcell"
          key={column}
          data-at={`${index}/${at + 1}`}
          tabIndex={tabIndexOf(activeColumn === at + 1)}
          aria-label={`${column}: ${sharesText(group, at)}`}
          title={sharesText(group, at)}
          onClick={() => onPick(0)}
        >
          <Shares group={group} column={at} />
        </div>
      ))}
      <div role="gridcell" />
    </div>
  );
}

interface GroupRowProps extends RowProps {
  readonly group: Group;
  readonly isOpen: boolean;
}

const sharesText = (group: Group, column: number): string =>
  sharesOf(group, column)
    .map(([mark, count]) => `${count} ${markTexts[mark].word}`)
    .join(', ');

/** A bar of the outcomes within a group. */
function Shares({ group, column }: { group: Group; column: number }): ReactElement {
  return (
    <span className="shares" aria-hidden="true">
      {sharesOf(group, column).map(([mark, count]) => (
        <span key={mark} className={`share mark-${mark}`} style={{ flexGrow: count }} />
      ))}
    </span>
  );
}

interface LineRowProps extends RowProps {
  readonly line: Line;
  readonly selectedColumn: string | undefined;
}

function LineRow({ index, start, columns, activeColumn, onPick, line, selectedColumn }: LineRowProps): ReactElement {
  return (
    <div
      className="grid-row"
      role="row"
      aria-level={2}
      aria-rowindex={index + 2}
      data-selected={selectedColumn === undefined ? undefined : ''}
      style={{ transform: `translateY(${start}px)` }}
    >
      <div
        role="rowheader"
        data-at={`${index}/0`}
        tabIndex={tabIndexOf(activeColumn === 0)}
        title={line.coordinate}
        onClick={() => onPick(0)}
      >
        <code>{line.name}</code>
        {line.access.warnings.length > 0 && (
          <span className="warn" title={line.access.warnings.join('\n')}>
            <span aria-hidden="true">▲</span>
            <span className="visually-hidden">has a warning</span>
          </span>
        )}
      </div>
      {columns.map((column, at) => (
        <Cell
          key={column}
          mark={line.marks[at] ?? 'DENIED'}
          column={column}
          at={`${index}/${at + 1}`}
          isActive={activeColumn === at + 1}
          isSelected={selectedColumn === column}
          onPick={() => onPick(at + 1)}
        />
      ))}
      <div role="gridcell" className="requirement" title={line.requirement}>
        {line.requirement}
      </div>
    </div>
  );
}

interface CellProps {
  readonly mark: Mark;
  readonly column: string;
  readonly at: string;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onPick: () => void;
}

const Cell = ({ mark, column, at, isActive, isSelected, onPick }: CellProps): ReactElement => (
  <div
    role="gridcell"
    data-at={at}
    tabIndex={tabIndexOf(isActive)}
    aria-label={`${column}: ${markTexts[mark].word}`}
    aria-selected={isSelected}
    title={`${column}: ${markTexts[mark].word}`}
    onClick={onPick}
  >
    <MarkSign mark={mark} />
  </div>
);
