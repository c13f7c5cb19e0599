import { inFile, type Explained } from './in-file.ts';

export const users: readonly Explained[] = [
  ...inFile('src/users/require-user.ts', {
    'a principal without the property has none: the other case is there for the types': [
      [
        "export const isNarrowed = (principal: Principal): boolean => 'isNarrowed' in principal && principal.isNarrowed === true;",
        'export const isNarrowed = (principal: Principal): boolean => principal.isNarrowed === true;',
      ],
    ],
  }),
];
