import { csvOf } from '../ui/csv.ts';
import { markTexts } from './mark-texts.ts';
import type { Line, Matrix } from './matrix.ts';

const cellsOf = ({ coordinate, marks, requirement }: Line): readonly string[] => [
  coordinate,
  ...marks.map((mark) => markTexts[mark].word),
  requirement,
];

const headOf = ({ columns }: Matrix): readonly string[] => ['coordinate', ...columns, 'requirement'];

const linesOf = ({ groups }: Matrix): readonly Line[] => groups.flatMap(({ lines }) => lines);

export const matrixCsv = (matrix: Matrix): string => csvOf([headOf(matrix), ...linesOf(matrix).map(cellsOf)]);

export function markdownOf(matrix: Matrix): string {
  const head = headOf(matrix);
  const rows = [head, head.map(() => '---'), ...linesOf(matrix).map(cellsOf)];
  return `${rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')}\n`;
}

/** Reads the coordinates and cells of a committed matrix, Markdown or CSV, as `sallyport access matrix` writes them. */
export function readCommitted(text: string): ReadonlyMap<string, string> {
  const rows = text.split(/\r?\n/).flatMap((line) => {
    const cells = line.startsWith('|') ? line.split('|').slice(1, -1) : (line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []);
    const [coordinate = '', ...rest] = cells.map((cell) => cell.trim().replace(/^"|"$/g, '').replaceAll('""', '"'));
    return /^\w+\.\w+/.test(coordinate) ? [[coordinate, rest.map(wordOf).join(' | ')] as const] : [];
  });
  return new Map(rows);
}

/** The words of the command line, yes and no, for the console's allowed and denied. */
const wordOf = (cell: string): string => ({ yes: 'allowed', no: 'denied' })[cell] ?? cell;

/** Finds the coordinates that are new or differ from a committed matrix, and those that are gone. */
export function changesOf(
  matrix: Matrix,
  committed: ReadonlyMap<string, string>,
): { changed: Set<string>; gone: string[] } {
  const lines = linesOf(matrix);
  const now = new Map(lines.map((line) => [line.coordinate, cellsOf(line).slice(1).join(' | ')]));
  return {
    changed: new Set(
      [...now].flatMap(([coordinate, text]) => (committed.get(coordinate) === text ? [] : [coordinate])),
    ),
    gone: [...committed.keys()].filter((coordinate) => !now.has(coordinate)),
  };
}
