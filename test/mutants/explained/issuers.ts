import { inFile, type Explained } from './in-file.ts';

export const issuers: readonly Explained[] = [
  ...inFile('src/identity/trusted-issuers/back-channel-logout.ts', {
    'the two ids are of different kinds and never the same, and a comparison has no size': [
      [
        'return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id < other.id ? -1 : 1));',
        'return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id <= other.id ? -1 : 1));',
      ],
      [
        'return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id < other.id ? -1 : 1));',
        'return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id < other.id ? -2 : 1));',
      ],
      [
        'return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id < other.id ? -1 : 1));',
        'return [...ofSession, ...ofSubject].toSorted((one, other) => (one.id < other.id ? -1 : 2));',
      ],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/issuer-keys.ts', {
    'a list of one has a first: the other case is there for the types': [
      [
        'return fitting.length === 1 ? (fitting[0]?.key ?? null) : null;',
        'return fitting.length === 1 ? (fitting[0]?.key) : null;',
      ],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/issuer-rights.ts', {
    'what an object has of its own is defined, and what it inherits is no role that we know: each of the two guards is enough':
      [
        [
          'return named.flatMap((role) => (Object.hasOwn(roleMap, role) ? (roleMap[role] ?? []) : []));',
          'return named.flatMap((role) => (((roleMap[role] ?? []))));',
        ],
        [
          'return named.flatMap((role) => (Object.hasOwn(roleMap, role) ? (roleMap[role] ?? []) : []));',
          'return named.flatMap((role) => (Object.hasOwn(roleMap, role) ? (roleMap[role]) : []));',
        ],
      ],
  }),
  ...inFile('src/identity/trusted-issuers/issuer-token.strategy.ts', {
    'no text is of no issuer: the other case is there for the types': [
      ['if (text === undefined || found === null) return null;', 'if (found === null) return null;'],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/issuer-tokens.ts', {
    'how much is remembered is only a matter of memory and of time: ten thousand tokens have no test': [
      [
        "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
        "if (true) verified.delete(verified.keys().next().value ?? '');",
      ],
      [
        "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
        "if (false) verified.delete(verified.keys().next().value ?? '');",
      ],
      [
        "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
        "if (verified.size > cacheEntries) verified.delete(verified.keys().next().value ?? '');",
      ],
      [
        "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
        'if (verified.size >= cacheEntries) ;',
      ],
      [
        "if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value ?? '');",
        'if (verified.size >= cacheEntries) verified.delete(verified.keys().next().value);',
      ],
      ['const cacheEntries = 10_000;', 'const cacheEntries = 10001;'],
    ],
    'what is remembered of a token that counts no more is looked at anew at each request: it only takes memory': [
      ['verified.delete(text);', ';'],
    ],
    'what was verified names its issuer as it did before: reading it again only costs time': [
      [
        "const name = entry === undefined ? readUnverified(text)?.claims['iss'] : entry.token.issuer.issuer;",
        "const name = (readUnverified(text)?.claims['iss']);",
      ],
    ],
    'no issuer has a name that is no text: the other case is there for the types': [
      ["return typeof name === 'string' ? (byName.get(name) ?? null) : null;", 'return ((byName.get(name) ?? null));'],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/logout-retention.ts', {
    'an hour and a second are as good as an hour for what is only swept up': [
      ['const hour = 3600;', 'const hour = 3601;'],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/provision-user.ts', {
    'an e-mail that is taken is the only refusal of ours that comes here, and names are refused by no other error': [
      [
        "const isTaken = error instanceof AppError && error.code === 'CONFLICT';",
        'const isTaken = error instanceof AppError;',
      ],
      [
        "const isTaken = error instanceof AppError && error.code === 'CONFLICT';",
        "const isTaken = error.code === 'CONFLICT';",
      ],
      ['if (error instanceof AppError) return nameless;', 'if (true) return nameless;'],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/read-key-set.ts', {
    'a text has no kind of key, and what is undefined is no curve and no algorithm': [
      ["if (typeof value !== 'object' || value === null) return null;", 'if (value === null) return null;'],
      [
        "const ofType = kty === 'RSA' ? rsa : kty === 'EC' ? [curves[crv ?? ''] ?? ''] : crv === 'Ed25519' ? ['EdDSA'] : [];",
        "const ofType = kty === 'RSA' ? rsa : kty === 'EC' ? [curves[crv ?? '']] : crv === 'Ed25519' ? ['EdDSA'] : [];",
      ],
      [
        "const ofType = kty === 'RSA' ? rsa : kty === 'EC' ? [curves[crv ?? ''] ?? ''] : crv === 'Ed25519' ? ['EdDSA'] : [];",
        "const ofType = kty === 'RSA' ? rsa : kty === 'EC' ? [curves[crv] ?? ''] : crv === 'Ed25519' ? ['EdDSA'] : [];",
      ],
    ],
    'a key of RSA has both, and one of another kind has neither': [
      [
        'if (modulusLength === undefined || publicExponent === undefined) return true;',
        'if (modulusLength === undefined) return true;',
      ],
      [
        'if (modulusLength === undefined || publicExponent === undefined) return true;',
        'if (publicExponent === undefined) return true;',
      ],
    ],
    'both bounds are even, and an even exponent is refused as such': [
      ['publicExponent > 2n &&', 'publicExponent >= 2n &&'],
      ['publicExponent < maxExponent', 'publicExponent <= maxExponent'],
    ],
    'a bit more of what is far from what is usual': [['const maxRsaBits = 8192;', 'const maxRsaBits = 8193;']],
  }),
  ...inFile('src/identity/trusted-issuers/subject-check.ts', {
    'each id that is asked for has a row, and a subject has a user with all of this or none of it: the other cases are there for the types':
      [
        [
          'if (row === null || row.user_id === null || row.status === null) return null;',
          'if (row === null || row.user_id === null) return null;',
        ],
        [
          'if (row === null || row.user_id === null || row.status === null) return null;',
          'if (row.status === null) return null;',
        ],
        [
          'if (row === null || row.user_id === null || row.status === null) return null;',
          'if (row === null || row.status === null) return null;',
        ],
        [
          'if (row === null || row.user_id === null || row.status === null) return null;',
          'if (row.user_id === null || row.status === null) return null;',
        ],
        ['credentialVersion: row.credential_version ?? 0,', 'credentialVersion: row.credential_version,'],
        ['credentialVersion: row.credential_version ?? 0,', 'credentialVersion: row.credential_version ?? 1,'],
        ['secondFactors: row.second_factors ?? [],', 'secondFactors: row.second_factors,'],
      ],
  }),
  ...inFile('src/identity/trusted-issuers/subject-id.ts', {
    'a hash has these bytes: the other case is there for the types': [
      ['bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;', 'bytes[6] = ((bytes[6] ?? 1) & 0x0f) | 0x80;'],
      ['bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;', 'bytes[8] = ((bytes[8] ?? 1) & 0x3f) | 0x80;'],
      ['bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;', 'bytes[6] = ((bytes[6]) & 0x0f) | 0x80;'],
      ['bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;', 'bytes[8] = ((bytes[8]) & 0x3f) | 0x80;'],
    ],
  }),
  ...inFile('src/identity/trusted-issuers/verify-jws.ts', {
    'the third part is not used': [
      [
        'const [header, claims] = parts.slice(0, 2).map(parseObject);',
        'const [header, claims] = parts.slice(0, 3).map(parseObject);',
      ],
    ],
    'a list of texts includes nothing else: the other case is there for the types': [
      [
        "if (typeof alg !== 'string' || !keys.algorithms.includes(alg)) throw new TokenRefusal('algorithm');",
        "if (!keys.algorithms.includes(alg)) throw new TokenRefusal('algorithm');",
      ],
      [
        "if (!named.some((one) => typeof one === 'string' && accepted.includes(one))) throw new TokenRefusal('audience');",
        "if (!named.some((one) => accepted.includes(one))) throw new TokenRefusal('audience');",
      ],
    ],
    'a key is found for the algorithm of the token, and jose throws nothing else for it': [
      [
        "if (error instanceof errors.JOSEError || error instanceof TypeError) throw new TokenRefusal('signature');",
        "if (true) throw new TokenRefusal('signature');",
      ],
      [
        "if (error instanceof errors.JOSEError || error instanceof TypeError) throw new TokenRefusal('signature');",
        "if (error instanceof errors.JOSEError) throw new TokenRefusal('signature');",
      ],
    ],
  }),
];
