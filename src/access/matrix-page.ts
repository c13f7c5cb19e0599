import type { AccessGrounds, FieldAccess } from '../authorization/index.ts';
import { escapeMarkup } from '../markup.ts';

export interface MatrixPage {
  readonly lines: readonly FieldAccess[];
  readonly groundsOf: (coordinate: string) => Pick<AccessGrounds, 'rules'>;
  /** The URL of the server, and the moment at which this was so. */
  readonly server: string;
  readonly at: Date;
}

type Mark = FieldAccess['anonymous'] | 'UNGUARDED';

const marks: Readonly<Record<Mark, string>> = {
  ALLOWED: '● allowed',
  DEPENDS_ON_OBJECT: '◐ depends',
  DENIED: '○ denied',
  UNGUARDED: '! unguarded',
};
const roots = ['Query', 'Mutation', 'Subscription'];

/** Writes the access matrix as a page that stands by itself: no script, no link, and nothing that is fetched. */
export function matrixPage({ lines, groundsOf, server, at }: MatrixPage): string {
  const columns = ['anonymous', ...(lines[0]?.roles ?? []).map(({ role }) => role)];
  const head = ['Field', ...columns, 'Requirement', 'Stands at'].map((text) => `<th>${escapeMarkup(text)}</th>`);
  const byType = Map.groupBy(lines, ({ coordinate }) => typeOf(coordinate));
  const tables = [...byType].map(
    ([type, fields]) =>
      `<h2>${escapeMarkup(type)}</h2>\n<table><thead><tr>${head.join('')}</tr></thead>\n<tbody>` +
      `${fields.map((field) => rowOf(field, groundsOf(field.coordinate))).join('\n')}</tbody></table>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Access matrix of ${escapeMarkup(server)}</title><style>${style}</style></head>
<body><h1>Access matrix</h1>
<p>${escapeMarkup(server)}, as of ${at.toISOString()}. ${lines.length} fields. ${Object.values(marks).join(', ')}.</p>
<p>The last line of this file is a signature over everything before it. What the page shows counts only once that was
verified: <code>npm run -s sallyport -- access verify --jwks jwks.json access-matrix.html</code></p>
${tables.join('\n')}
</body></html>
`;
}

function rowOf({ coordinate, anonymous, roles, requirement }: FieldAccess, { rules }: Pick<AccessGrounds, 'rules'>) {
  const isSilent = roots.includes(typeOf(coordinate)) && requirement === 'public' && rules.length === 0;
  const outcomes = [anonymous, ...roles.map(({ outcome }) => outcome)];
  const cells = outcomes.map((outcome): Mark => (isSilent ? 'UNGUARDED' : outcome));
  const places = rules.map(({ directive, place }) => `${directive}${place === null ? '' : ` ${place}`}`).join('; ');
  return [
    `<tr><th scope="row">${escapeMarkup(coordinate.slice(typeOf(coordinate).length + 1))}</th>`,
    ...cells.map((mark) => `<td class="${mark}">${marks[mark]}</td>`),
    `<td>${escapeMarkup(requirement)}</td><td>${escapeMarkup(places)}</td></tr>`,
  ].join('');
}

const typeOf = (coordinate: string): string => coordinate.split('.')[0] ?? '';

const style =
  'body{font:13px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#1b1f24;background:#fff}table{border-collapse:collapse;width:100%}th,td{border:1px solid #d8dce1;padding:.25rem .5rem;text-align:left;vertical-align:top}thead{background:#f4f5f7}tbody th{font:12px ui-monospace,monospace}.ALLOWED{color:#0b6b3a}.DEPENDS_ON_OBJECT{color:#7a4d00}.DENIED{color:#5a6472}.UNGUARDED{color:#b3201f;font-weight:700}';
