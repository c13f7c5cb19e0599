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
  ...inFile('src/identity/sessions/access-token.strategy.ts', {
    'the common spelling comes out the same by the longer way: it only costs time': [
      [
        "authorization.lastIndexOf(' ') === bearer.length - 1;",
        "authorization.lastIndexOf(' ') === bearer.length - 2;",
      ],
      [
        'return isPlain ? authorization.slice(bearer.length) : bearerScheme.exec(authorization)?.[1];',
        'return (bearerScheme.exec(authorization)?.[1]);',
      ],
    ],
  }),
  ...inFile('src/identity/sessions/end-sessions.ts', {
    'a comparison with undefined is no condition for MikroORM': [
      [
        'const others = except === undefined ? {} : { id: { $ne: except } };',
        'const others = ({ id: { $ne: except } });',
      ],
    ],
  }),
  ...inFile('src/identity/sessions/issue-tokens.ts', {
    'scopes that were read are null if there are none: the other case is there for the types': [
      [
        'const rights = rightsOf(user.roles, session.scopes ?? null, narrowing);',
        'const rights = rightsOf(user.roles, session.scopes, narrowing);',
      ],
    ],
  }),
  ...inFile('src/identity/sessions/list-sessions.ts', {
    'a user has no more active sessions than a page: the first page is the last one': [
      [
        'const page = { size: maxActiveSessions, isLast: false, after: null, before: null };',
        'const page = { size: maxActiveSessions, isLast: true, after: null, before: null };',
      ],
    ],
  }),
  ...inFile('src/identity/sessions/refresh-session.ts', {
    'scopes that were read are null if there are none: the other case is there for the types': [
      [
        "rightsOf.within(rightsOf(user.roles, scopes ?? null).scopes, requireScopes('scope', requested));",
        "rightsOf.within(rightsOf(user.roles, scopes).scopes, requireScopes('scope', requested));",
      ],
    ],
  }),
  ...inFile('src/identity/sessions/session-principal.ts', {
    'a principal without the property has nothing in it: the other case is there for the types': [
      [
        "return 'sessionId' in principal && typeof principal.sessionId === 'string' ? principal.sessionId : undefined;",
        "return typeof principal.sessionId === 'string' ? principal.sessionId : undefined;",
      ],
    ],
  }),
  ...inFile('src/identity/sessions/session-token-kinds.ts', {
    'scopes that were read are null if there are none: the other case is there for the types': [
      [
        'scopes: rightsOf(session.user.roles, session.scopes ?? null).scopes,',
        'scopes: rightsOf(session.user.roles, session.scopes).scopes,',
      ],
    ],
  }),
  ...inFile('src/identity/sessions/sessions.resolvers.ts', {
    'no session has null or nothing as its id: there is nothing to end': [
      [
        "if (sessionId !== null) await sessions.end(context, sessionId, 'logout');",
        "if (true) await sessions.end(context, sessionId, 'logout');",
      ],
    ],
    'the session was read for this request: it is gone only if its account is deleted at this moment': [
      ["if (session === null) throw notFound('The session');", "if (false) throw notFound('The session');"],
    ],
  }),
  ...inFile('src/identity/sessions/start-session.ts', {
    'a salt of a byte more is as good': [['refreshSalt: randomBytes(16),', 'refreshSalt: randomBytes(17),']],
  }),
];
