import { inFile, type Explained } from './in-file.ts';

export const nodes: readonly Explained[] = [
  ...inFile('src/nodes/nodes.service.ts', {
    'no two rows have one id, and an order is told by its sign': [
      [
        'return found.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rows);',
        'return found.toSorted((a, b) => (a.id <= b.id ? 1 : -1)).slice(0, rows);',
      ],
      [
        'return found.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rows);',
        'return found.toSorted((a, b) => (a.id < b.id ? 2 : -1)).slice(0, rows);',
      ],
      [
        'return found.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, rows);',
        'return found.toSorted((a, b) => (a.id < b.id ? 1 : -2)).slice(0, rows);',
      ],
    ],
  }),
];
