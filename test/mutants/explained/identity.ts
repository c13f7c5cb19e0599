import { inFile, type Explained } from './in-file.ts';

export const identity: readonly Explained[] = [
  ...inFile('src/identity/sessions/access-token.ts', {
    'a character more or less of what is far from either end': [
      ['const keyCharacters = 12;', 'const keyCharacters = 13;'],
      ['export const maxTokenCharacters = 8_192;', 'export const maxTokenCharacters = 8193;'],
      [
        'if (token.length > maxTokenCharacters || !isCanonical(token)) return null;',
        'if (token.length >= maxTokenCharacters || !isCanonical(token)) return null;',
      ],
    ],
    'the other case is there for the types: a full map has a first key, no UUID is undefined, and what verified had a key':
      [
        [
          "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
          'if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value);',
        ],
        [
          'key = kid !== undefined && isUuid(kid) ? await keys.find(kid) : undefined;',
          'key = isUuid(kid) ? await keys.find(kid) : undefined;',
        ],
        ['if (claims === null || key === undefined) return null;', 'if (claims === null) return null;'],
      ],
    'what is read of claims that are null throws a TypeError, which says the same': [
      ['if (claims === null || key === undefined) return null;', 'if (false) return null;'],
      ['if (claims === null || key === undefined) return null;', 'if (key === undefined) return null;'],
    ],
    'jose refuses a key of another algorithm as well, by a TypeError: each of the two guards is enough': [
      [
        'if (key?.algorithm !== alg) throw new errors.JWKSNoMatchingKey();',
        'if (false) throw new errors.JWKSNoMatchingKey();',
      ],
      [
        'if (error instanceof errors.JOSEError || error instanceof TypeError) return null;',
        'if (error instanceof errors.JOSEError) return null;',
      ],
    ],
  }),
];
