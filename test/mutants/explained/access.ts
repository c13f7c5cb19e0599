import { inFile, type Explained } from './in-file.ts';

export const access: readonly Explained[] = [
  ...inFile('src/access/matrix-page.ts', {
    'a text that is split has a first part: the other case is there for the types': [
      [
        "const typeOf = (coordinate: string): string => coordinate.split('.')[0] ?? '';",
        "const typeOf = (coordinate: string): string => coordinate.split('.')[0];",
      ],
    ],
  }),
  ...inFile('src/access/matrix-text.ts', {
    'every table has a head, and every line as many cells: the other case is there for the types': [
      [
        'const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));',
        'const widths = (lines[0]).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));',
      ],
      [
        'const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));',
        'const widths = (lines[1] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));',
      ],
      [
        'const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));',
        'const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length)));',
      ],
      [
        'const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));',
        'const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 1)));',
      ],
      [
        '.map((cell, column) => cell.padEnd(widths[column] ?? 0))',
        '.map((cell, column) => cell.padEnd(widths[column]))',
      ],
      [
        '.map((cell, column) => cell.padEnd(widths[column] ?? 0))',
        '.map((cell, column) => cell.padEnd(widths[column] ?? 1))',
      ],
    ],
  }),
  ...inFile('src/access/simulate.ts', {
    'an error of another kind has no error of ours behind it: the other case is there for the types': [
      [
        'if (error instanceof GraphQLError && error.originalError instanceof AppError) throw error.originalError;',
        'if (error.originalError instanceof AppError) throw error.originalError;',
      ],
    ],
  }),
];
