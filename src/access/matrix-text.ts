import type { FieldAccess } from '../authorization/index.ts';

export const matrixFormats = ['table', 'markdown', 'csv'] as const;
export type MatrixFormat = (typeof matrixFormats)[number];

const words: Readonly<Record<FieldAccess['anonymous'], string>> = {
  ALLOWED: 'yes',
  DENIED: 'no',
  DEPENDS_ON_OBJECT: 'depends',
};

/** The access matrix as a person reads it: one line for each coordinate, one column for each role. */
export function matrixText(matrix: readonly FieldAccess[], format: MatrixFormat): string {
  const [head, ...lines] = [headOf(matrix), ...matrix.map(lineOf)];
  if (format === 'csv') return text([head, ...lines].map((line) => line.map(csvCell).join(',')));
  if (format === 'table') return aligned([head, ...lines]);
  return text([head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`));
}

const headOf = ([first]: readonly FieldAccess[]): string[] => [
  'coordinate',
  'anonymous',
  ...(first?.roles ?? []).map(({ role }) => role),
  'requirement',
];

const lineOf = ({ coordinate, anonymous, roles, requirement }: FieldAccess): string[] => [
  coordinate,
  words[anonymous],
  ...roles.map(({ outcome }) => words[outcome]),
  requirement,
];

/** Quoted if it must be (RFC 4180 §2). */
const csvCell = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function aligned(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return text(
    lines.map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  );
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
