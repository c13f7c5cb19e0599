import { inFile, type Explained } from './in-file.ts';

export const doors: readonly Explained[] = [
  ...inFile('src/identity/email-codes/email-codes.feature.ts', {
    'an hour and a second are as good as an hour for what is only swept up': [
      ['everySeconds: 3600,', 'everySeconds: 3601,'],
    ],
  }),
  ...inFile('src/identity/email-codes/email-codes.service.ts', {
    'no account has an empty e-mail: it spares a statement': [
      [
        "const user = email === '' ? null : await lockAccount(tx, { email });",
        'const user = (await lockAccount(tx, { email }));',
      ],
    ],
    'a sign-in that belongs to no account has no version, which every account has: each of the two guards is enough': [
      [
        'const user = await lockAccount(tx, { id: login.user?.id ?? null, email: login.email });',
        'const user = await lockAccount(tx, { id: login.user?.id, email: login.email });',
      ],
    ],
  }),
  ...inFile('src/identity/external-login/account-of-identity.ts', {
    'null is earlier than any moment, and of two moments that are the same either will do': [
      [
        'const authenticatedAt = provedHere !== null && provedHere > provedThere ? provedHere : provedThere;',
        'const authenticatedAt = provedHere > provedThere ? provedHere : provedThere;',
      ],
      [
        'const authenticatedAt = provedHere !== null && provedHere > provedThere ? provedHere : provedThere;',
        'const authenticatedAt = provedHere !== null && provedHere >= provedThere ? provedHere : provedThere;',
      ],
    ],
    'no other error of the database can be made to come here': [
      ['if (!(error instanceof UniqueConstraintViolationException)) throw error;', 'if (false) throw error;'],
    ],
    'a link that waits has its account, version and session, or null for each: the other cases are there for the types':
      [
        [
          'const account = await lockAccount(tx, { id: user?.id ?? null, credentialVersion: credentialVersion ?? null });',
          'const account = await lockAccount(tx, { id: user?.id, credentialVersion: credentialVersion ?? null });',
        ],
        [
          'const account = await lockAccount(tx, { id: user?.id ?? null, credentialVersion: credentialVersion ?? null });',
          'const account = await lockAccount(tx, { id: user?.id ?? null, credentialVersion: credentialVersion });',
        ],
        [
          'const session = await tx.findOne(Session, { id: sessionId ?? null, endedAt: null, expiresAt: { $gt: now } });',
          'const session = await tx.findOne(Session, { id: sessionId, endedAt: null, expiresAt: { $gt: now } });',
        ],
      ],
    'the first part is the same, however many there are; and what is undefined is no name': [
      [
        "for (const name of [displayName, email.split('@', 1)[0]]) {",
        "for (const name of [displayName, email.split('@', 2)[0]]) {",
      ],
      ["return requireDisplayName(name ?? '');", 'return requireDisplayName(name);'],
    ],
  }),
  ...inFile('src/identity/external-login/authorization-code.ts', {
    'the library refuses such a URL as well: each of the two guards is enough': [
      [
        "if (url.protocol === 'https:' || (isDevelopment && url.protocol === 'http:')) return url.href;",
        'if (true) return url.href;',
      ],
      [
        "if (url.protocol === 'https:' || (isDevelopment && url.protocol === 'http:')) return url.href;",
        "if (url.protocol === 'https:' || (isDevelopment)) return url.href;",
      ],
      [
        "if (url.protocol === 'https:' || (isDevelopment && url.protocol === 'http:')) return url.href;",
        "if (url.protocol === 'https:' || (url.protocol === 'http:')) return url.href;",
      ],
    ],
  }),
  ...inFile('src/identity/external-login/external-login.feature.ts', {
    'an hour and a second are as good as an hour for what is only swept up': [
      ['everySeconds: 3600,', 'everySeconds: 3601,'],
    ],
  }),
  ...inFile('src/identity/external-login/external-logins.service.ts', {
    'the first part is the same, however many there are, and is always there': [
      [
        "const isOwnPage = (url: string): boolean => ownPages.includes(url.split('?', 1)[0] ?? '');",
        "const isOwnPage = (url: string): boolean => ownPages.includes(url.split('?', 1)[0]);",
      ],
      [
        "const isOwnPage = (url: string): boolean => ownPages.includes(url.split('?', 1)[0] ?? '');",
        "const isOwnPage = (url: string): boolean => ownPages.includes(url.split('?', 2)[0] ?? '');",
      ],
    ],
    'a sign-in was found by its state, and a cookie that is not there has no such spelling: the other cases are there for the types':
      [
        [
          "const login = await findExternalLogin(context.em, parameters.state ?? '');",
          'const login = await findExternalLogin(context.em, parameters.state);',
        ],
        ["const state = parameters.state ?? '';", 'const state = parameters.state;'],
        ['return kept !== undefined && /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();', 'return (kept);'],
        [
          'return kept !== undefined && /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();',
          'return (newHolderSecret());',
        ],
        [
          'return kept !== undefined && /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();',
          'return kept !== undefined ? kept : newHolderSecret();',
        ],
        [
          'return kept !== undefined && /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();',
          'return /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();',
        ],
        [
          'return kept !== undefined && /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();',
          'return kept === undefined && /^[\\w-]{43}$/.test(kept) ? kept : newHolderSecret();',
        ],
      ],
  }),
  ...inFile('src/identity/external-login/linking.ts', {
    'who is signed in is not anonymous, and a session has both: the other cases are there for the types': [
      ["if (!isSignedIn || principal.kind === 'anonymous')", 'if (!isSignedIn)'],
      ['sessionId: principal.sessionId ?? null,', 'sessionId: principal.sessionId,'],
      ['credentialVersion: principal.credentialVersion ?? null,', 'credentialVersion: principal.credentialVersion,'],
    ],
  }),
  ...inFile('src/identity/external-login/oauth-provider.ts', {
    'what is no object has no id, which is refused as well; and what is no text is refused as one that cannot be stored':
      [
        [
          "if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };",
          'if (true) return { ...value };',
        ],
        [
          "if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };",
          "if (typeof value === 'object' && value !== null) return { ...value };",
        ],
        [
          "if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };",
          'if (!Array.isArray(value)) return { ...value };',
        ],
        [
          "if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };",
          "if (typeof value === 'object' && !Array.isArray(value)) return { ...value };",
        ],
        [
          "if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };",
          'if (value !== null && !Array.isArray(value)) return { ...value };',
        ],
        [
          "if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);",
          'if (Number.isSafeInteger(value)) return String(value);',
        ],
        ["if (typeof value === 'string' && value !== '') return value;", "if (value !== '') return value;"],
      ],
  }),
  ...inFile('src/identity/external-login/oidc-provider.ts', {
    'the library and the line below it both ask for an ID token: each of the two guards is enough': [
      ['idTokenExpected: true,', 'idTokenExpected: false,'],
      [
        "if (claims === undefined) throw new Error('there is no ID token');",
        "if (false) throw new Error('there is no ID token');",
      ],
    ],
    'a second more or less of what clocks may differ': [
      ['const toleranceSeconds = 30;', 'const toleranceSeconds = 31;'],
    ],
  }),
  ...inFile('src/identity/external-login/proved-at.ts', {
    'of two moments that are the same either will do': [
      [
        'if (authenticatedAt !== null) return authenticatedAt < now ? authenticatedAt : now;',
        'if (authenticatedAt !== null) return authenticatedAt <= now ? authenticatedAt : now;',
      ],
    ],
  }),
  ...inFile('src/identity/external-login/provider-error.ts', {
    'of the causes of an error only an answer has such a status, and a chain of them is short: the bound is there for one that leads back to itself':
      [
        [
          'causesOf(error).some((cause) => cause instanceof Response && cause.status >= 500);',
          'causesOf(error).some((cause) => cause.status >= 500);',
        ],
        [
          'for (let cause = error; cause != null && causes.length < 5; cause = (cause as { cause?: unknown }).cause)',
          'for (let cause = error; cause != null; cause = (cause as { cause?: unknown }).cause)',
        ],
        [
          'for (let cause = error; cause != null && causes.length < 5; cause = (cause as { cause?: unknown }).cause)',
          'for (let cause = error; cause != null && causes.length <= 5; cause = (cause as { cause?: unknown }).cause)',
        ],
        [
          'for (let cause = error; cause != null && causes.length < 5; cause = (cause as { cause?: unknown }).cause)',
          'for (let cause = error; cause != null && causes.length < 6; cause = (cause as { cause?: unknown }).cause)',
        ],
      ],
  }),
  ...inFile('src/identity/passkeys/ceremonies.ts', {
    'no ceremony has null as its challenge: it spares a statement': [
      ['if (challenge === null) return null;', 'if (false) return null;'],
    ],
    'no ceremony has a challenge of another kind: what cannot be sent to the database is what counts': [
      ["return typeof challenge === 'string' && spelling.test(challenge) ? challenge : null;", 'return (challenge);'],
      [
        "return typeof challenge === 'string' && spelling.test(challenge) ? challenge : null;",
        "return typeof challenge === 'string' ? challenge : null;",
      ],
      [
        "return typeof challenge === 'string' && spelling.test(challenge) ? challenge : null;",
        'return spelling.test(challenge) ? challenge : null;',
      ],
    ],
    'an hour and a second are as good as an hour for what is only swept up': [
      ['everySeconds: 3600,', 'everySeconds: 3601,'],
    ],
  }),
  ...inFile('src/identity/passkeys/passkey.factor.ts', {
    'no passkey is of nobody: it spares a statement': [
      [
        'const passkeys = userId === null ? [] : await em.find(Passkey, { user: userId });',
        'const passkeys = (await em.find(Passkey, { user: userId }));',
      ],
    ],
  }),
  ...inFile('src/identity/passkeys/verify-assertion.ts', {
    'nobody changes a passkey before it is verified in the same unit of work: reading it again is enough': [
      [
        "const passkey = await em.findOne(Passkey, { credentialId: id }, { populate: ['user'], refresh: true });",
        "const passkey = await em.findOne(Passkey, { credentialId: id }, { populate: ['user'], refresh: false });",
      ],
    ],
  }),
  ...inFile('src/identity/passkeys/passkeys.service.ts', {
    'a registration has the factors of its account, and the list has the factor: the other cases are there for the types':
      [
        [
          'if (ceremony.factors === null || !isSameSet(ceremony.factors, user.secondFactors)) throw noRegistration();',
          'if (!isSameSet(ceremony.factors, user.secondFactors)) throw noRegistration();',
        ],
        [
          'if (isLast && factor !== undefined) await factorRemoval.remove(tx, context, user, factor);',
          'if (isLast) await factorRemoval.remove(tx, context, user, factor);',
        ],
      ],
    'what is absent is null for the database: the other case is there for the types': [
      ['transports: credential.transports ?? [],', 'transports: credential.transports,'],
      [
        "const challenge = await beginCeremony(em, now, { flow: 'sign-in', userId: userId ?? null });",
        "const challenge = await beginCeremony(em, now, { flow: 'sign-in', userId: userId });",
      ],
      [
        'return requestOptions(em, relyingParty, challenge, userId ?? null);',
        'return requestOptions(em, relyingParty, challenge, userId);',
      ],
    ],
    'no other error of the database can be made to come here': [
      ['if (!(error instanceof UniqueConstraintViolationException)) throw error;', 'if (false) throw error;'],
    ],
  }),
];
