import { inFile, type Explained } from './in-file.ts';

export const users: readonly Explained[] = [
  ...inFile('src/users/users.resolvers.ts', {
    'what is no id finds nobody: the other case is there for the types': [
      [
        'return id === undefined ? null : userById(rows, id, userColumns(rows, selectionOf(info)));',
        'return (userById(rows, id, userColumns(rows, selectionOf(info))));',
      ],
    ],
    'the scopes are told to their own user, never to anonymous: the other case is there for the types': [
      ["return principal.kind === 'anonymous' ? [] : [...principal.scopes];", 'return ([...principal.scopes]);'],
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
