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

/** Writes the matrix as a page that stands by itself: no script, no link, and nothing that is fetched. */
export function htmlOf(matrix: Matrix, { server, at }: { server: string; at: Date }): string {
  const cells = (line: Line): string =>
    line.marks.map((mark) => `<td class="${mark}">${markTexts[mark].sign} ${markTexts[mark].word}</td>`).join('');
  const sections = matrix.groups.map(
    ({ type, lines }) => `<h2>${escaped(type)}</h2>
<table><thead><tr><th>Field</th>${matrix.columns.map((column) => `<th>${escaped(column)}</th>`).join('')}<th>Requirement</th><th>Stands at</th></tr></thead>
<tbody>${lines
      .map(
        (line) =>
          `<tr><th scope="row">${escaped(line.name)}</th>${cells(line)}<td>${escaped(line.requirement)}</td><td>${escaped(placesOf(line))}</td></tr>`,
      )
      .join('\n')}</tbody></table>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Access matrix of ${escaped(server)}</title><style>${pageStyle}</style></head>
<body><h1>Access matrix</h1>
<p>${escaped(server)}, as of ${at.toISOString()}. ${linesOf(matrix).length} fields.
● allowed, ◐ depends on the object, ○ denied, ! unguarded.</p>
${sections.join('\n')}
</body></html>
`;
}

const placesOf = ({ access }: Line): string =>
  access.rules.map(({ directive, place }) => `${directive}${place === null ? '' : ` ${place}`}`).join('; ');

const pageStyle =
  'body{font:13px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1b1f24}table{border-collapse:collapse;width:100%}th,td{border:1px solid #d8dce1;padding:.25rem .5rem;text-align:left;vertical-align:top}thead{background:#f4f5f7}tbody th{font:12px ui-monospace,monospace}.ALLOWED{color:#0b6b3a}.DEPENDS_ON_OBJECT{color:#7a4d00}.DENIED{color:#5a6472}.UNGUARDED{color:#b3201f;font-weight:700}';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Reads the coordinates and cells of a committed matrix, Markdown or CSV, as `sallyport access matrix` writes them. */
export function readCommitted(text: string): ReadonlyMap<string, string> {
  const rows = text.split(/\r?\n/).flatMap((line) => {
    const cells = line.startsWith('|') ? line.split('|').slice(1, -1) : (line.match(/"(?:[^"]|"")*"|[^,]+/g) ?? []);
    const [coordinate = '', ...rest] = cells.map((cell) => cell.trim().replace(/^"|"$/g, '').replaceAll('""', '"'));
    return /^\w+\.\w+/.test(coordinate) ? [[coordinate, rest.map(wordOf).join(' | ')] as const] : [];
  });
  return new Map(rows);
}

/** The command line says yes and no where the console says allowed and denied. */
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
