import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of the picture; the whole matrix has many more. */
const shown = [
  'Query.articles',
  'Article.body',
  'Mutation.createArticle',
  'Mutation.deleteArticle',
  'Comment.body',
  'Mutation.deleteComment',
  'User.email',
  'Query.users',
  'Query.auditEvents',
  'Mutation.disableUser',
];
const marks: Readonly<Record<string, string>> = { yes: '●', no: '○', depends: '◐' };

/** Some lines of the committed access matrix as a grid. */
export function matrixPicture(root: string): string {
  const [head = [], , ...lines] = readFileSync(join(root, 'test/__snapshots__/access-matrix.md'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));
  const roles = head.slice(1, -1);
  const rows = shown.map((coordinate) => {
    const found = lines.find(([first]) => first === coordinate);
    if (found === undefined) throw new Error(`${coordinate} is not in the access matrix.`);
    return found;
  });
  const columnX = (index: number): number => 240 + index * 96;
  const titles = roles.map((role, index) => text(columnX(index), 30, role, 'label middle'));
  const body = rows.flatMap(([coordinate = '', ...cells], index) => {
    const y = 62 + index * 26;
    return [
      text(20, y, coordinate, 'code'),
      ...roles.map((_, column) => {
        const answer = cells[column] ?? '';
        return text(columnX(column), y, marks[answer] ?? answer, `mark middle ${answer}`);
      }),
      text(columnX(roles.length) - 30, y, cells[roles.length] ?? '', 'rule'),
    ];
  });
  return svg(1180, 62 + rows.length * 26, [...titles, ...body]);
}

/** A refused operation of the tour with its answer, and what the command line explains of it. */
export function denialPicture(root: string): string {
  const tour = readFileSync(join(root, 'docs/tour.md'), 'utf8');
  const [, shell = '', answer = ''] =
    /```sh\n(ask "mutation \{ deleteArticle[^\n]*\$editor")\n```\n\n```json\n(.*?)```/s.exec(tour) ?? [];
  const page = readFileSync(join(root, 'docs/reference/access-matrix.md'), 'utf8');
  const [, explained = ''] = /```text\n(DENIED.*?)```/s.exec(page) ?? [];
  if (shell === '' || explained === '') throw new Error('The tour has no refused deletion, or it is not explained.');
  const lines = [
    { line: `$ ${shell}`, kind: 'code' },
    ...answer
      .trimEnd()
      .split('\n')
      .map((line) => ({ line, kind: line.includes('"code"') ? 'code no' : 'code quiet' })),
    { line: '', kind: 'code' },
    { line: '$ npm run -s sallyport -- access explain --as role:VIEWER operation.graphql', kind: 'code' },
    ...explained
      .trimEnd()
      .split('\n')
      .map((line) => ({ line, kind: 'code no' })),
  ];
  return svg(
    1180,
    30 + lines.length * 20,
    lines.map(({ line, kind }, index) => text(20, 34 + index * 20, line, kind)),
  );
}

const style = `
  text { font: 14px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; white-space: pre; }
  .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px; }
  .label { font-weight: 600; } .middle { text-anchor: middle; } .mark { font-size: 17px; }
  .rule, .quiet { fill: #59636e; } .rule { font-size: 13px; }
  .yes { fill: #1a7f37; } .depends { fill: #9a6700; } .no { fill: #cf222e; }
  rect { fill: #ffffff; stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .rule, .quiet { fill: #9198a1; } rect { fill: #0d1117; stroke: #3d444d; }
    .yes { fill: #3fb950; } .depends { fill: #d29922; } .no { fill: #f85149; }
  }
`;

const svg = (width: number, height: number, lines: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<style>${style}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${lines.join('\n')}
</svg>
`;

const text = (x: number, y: number, content: string, kind: string): string =>
  `<text x="${x}" y="${y}" class="${kind}" xml:space="preserve">${escape(content)}</text>`;

const escape = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
