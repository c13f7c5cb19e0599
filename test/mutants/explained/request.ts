import { inFile, type Explained } from './in-file.ts';

export const request: readonly Explained[] = [
  ...inFile('src/json-text.ts', {
    'outside of objects there are no names, and behind the end there is no mark': [
      ['let isName = false;', 'let isName = true;'],
      ['for (let at = 0; at < json.length; at += 1) {', 'for (let at = 0; at <= json.length; at += 1) {'],
    ],
    'the sum of two numbers is even if their difference is': [
      ['return (at - before) % 2 === 0;', 'return (at + before) % 2 === 0;'],
    ],
  }),
  ...inFile('src/request/input.ts', {
    'characters are not more than units, and at least half as many: it only costs time': [
      [
        'if (trimmed.length > maxCharacters && Array.from(trimmed).length > maxCharacters) {',
        'if (Array.from(trimmed).length > maxCharacters) {',
      ],
      [
        'if (trimmed.length > maxCharacters && Array.from(trimmed).length > maxCharacters) {',
        'if (trimmed.length >= maxCharacters && Array.from(trimmed).length > maxCharacters) {',
      ],
      [
        'if (trimmed.length < minCharacters * 2 && Array.from(trimmed).length < minCharacters) {',
        'if (Array.from(trimmed).length < minCharacters) {',
      ],
      [
        'if (trimmed.length < minCharacters * 2 && Array.from(trimmed).length < minCharacters) {',
        'if (trimmed.length <= minCharacters * 2 && Array.from(trimmed).length < minCharacters) {',
      ],
      [
        'if (trimmed.length < minCharacters * 2 && Array.from(trimmed).length < minCharacters) {',
        'if (trimmed.length < minCharacters * 3 && Array.from(trimmed).length < minCharacters) {',
      ],
    ],
  }),
  ...inFile('src/request/moment.ts', {
    'a year that lies before 2000 is as long as the one that lies as far behind it': [
      [
        'const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();',
        'const lastDay = new Date(Date.UTC(2000 - (Number(year) % 400), Number(month), 0)).getUTCDate();',
      ],
    ],
  }),
  ...inFile('src/request/search-pattern.ts', {
    'behind the end there is nothing in common': [
      [
        'for (let start = 1; start < text.length; start += 1) {',
        'for (let start = 1; start <= text.length; start += 1) {',
      ],
      [
        'while (start + length < text.length && text[length] === text[start + length]) length += 1;',
        'while (text[length] === text[start + length]) length += 1;',
      ],
      [
        'while (start + length < text.length && text[length] === text[start + length]) length += 1;',
        'while (start + length <= text.length && text[length] === text[start + length]) length += 1;',
      ],
    ],
  }),
  ...inFile('src/request/basic-credentials.ts', {
    'no text is no credential of this scheme, and a user comes with a password: the other case is there for the types':
      [
        ["/^Basic\\b/i.test(authorization ?? '');", '/^Basic\\b/i.test(authorization);'],
        [
          'return user === undefined || password === undefined ? null : { user, password };',
          'return user === undefined ? null : { user, password };',
        ],
        [
          'return user === undefined || password === undefined ? null : { user, password };',
          'return password === undefined ? null : { user, password };',
        ],
      ],
  }),
  ...inFile('src/request/challenge-cookie.ts', {
    'what is no challenge of ours cannot be read either: the other case is there for the types': [
      [
        "Buffer.from(cookies.get('challenge') ?? '', 'base64url').toString(),",
        "Buffer.from(cookies.get('challenge'), 'base64url').toString(),",
      ],
      [
        "if (typeof challenge !== 'string' || !Array.isArray(methods)) return null;",
        "if (typeof challenge !== 'string') return null;",
      ],
    ],
  }),
  ...inFile('src/request/selection.ts', {
    'a field that is resolved stands somewhere: the other case is there for the types': [
      [
        'const found = node !== undefined && others.length === 0 ? known.get(node) : undefined;',
        'const found = others.length === 0 ? known.get(node) : undefined;',
      ],
      [
        'if (node !== undefined && others.length === 0) known.set(node, selection);',
        'if (others.length === 0) known.set(node, selection);',
      ],
    ],
  }),
];
