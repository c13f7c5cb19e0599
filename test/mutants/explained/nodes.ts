import { inFile, type Explained } from './in-file.ts';

export const nodes: readonly Explained[] = [
  ...inFile('src/nodes/nodes.service.ts', {
    'there is a type, and so a first one: the other case is there for the types': [
      ["return load(rows, type ?? names[0] ?? '', key);", 'return load(rows, type ?? names[0], key);'],
    ],
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
