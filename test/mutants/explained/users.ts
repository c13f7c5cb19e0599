import { inFile, type Explained } from './in-file.ts';

export const users: readonly Explained[] = [
  ...inFile('src/users/administrators.ts', {
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      [
        "{ fields: ['id', 'secondFactors'], limit: 1000, disableIdentityMap: true },",
        "{ fields: ['id', 'secondFactors'], limit: 1001, disableIdentityMap: true },",
      ],
    ],
  }),
  ...inFile('src/users/require-user.ts', {
    'a principal without the property has none: the other case is there for the types': [
      [
        "export const isNarrowed = (principal: Principal): boolean => 'isNarrowed' in principal && principal.isNarrowed === true;",
        'export const isNarrowed = (principal: Principal): boolean => principal.isNarrowed === true;',
      ],
    ],
  }),
];
