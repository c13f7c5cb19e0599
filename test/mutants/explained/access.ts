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
  ...inFile('src/access/signed-page.ts', {
    'what is not found is looked for in the last byte alone, which is no end of a signature': [
      [
        "const trailer = start === -1 ? '' : bytes.subarray(start).toString('latin1');",
        "const trailer = (bytes.subarray(start).toString('latin1'));",
      ],
      [
        "const trailer = start === -1 ? '' : bytes.subarray(start).toString('latin1');",
        "const trailer = start === -2 ? '' : bytes.subarray(start).toString('latin1');",
      ],
    ],
    'without one of its claims the signature is refused before: the other case is there for the types': [
      ["issuer: payload.iss ?? '',", 'issuer: payload.iss,'],
      ['signedAt: new Date((payload.iat ?? 0) * 1000),', 'signedAt: new Date((payload.iat) * 1000),'],
      ['signedAt: new Date((payload.iat ?? 0) * 1000),', 'signedAt: new Date((payload.iat ?? 1) * 1000),'],
    ],
  }),
  ...inFile('src/access/simulated-result.ts', {
    'a user has an id, and an anonymous caller has proved nothing: the other case is there for the types': [
      [
        'subjectId: userId == null ? null : (userIdOf(principal) ?? null),',
        'subjectId: userId == null ? null : (userIdOf(principal)),',
      ],
      [
        "pretended.kind === 'anonymous' || (own.kind !== 'anonymous' && own.mfaAt != null)",
        "pretended.kind === 'anonymous' || (own.mfaAt != null)",
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
