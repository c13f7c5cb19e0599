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
    'MikroORM asks for what is not null then, which every id is': [
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
        'const own = sessionIdOf(principalOf(info)) ?? context.credential.ended?.sessionId ?? null;',
        'const own = sessionIdOf(principalOf(info)) ?? context.credential.ended?.sessionId;',
      ],
      [
        "if (sessionId !== null) await sessions.end(context, sessionId, 'logout');",
        "if (true) await sessions.end(context, sessionId, 'logout');",
      ],
    ],
    'what is no id has no row: the other case is there for the types': [
      ['return id === undefined ? null : sessionById(rows, id);', 'return (sessionById(rows, id));'],
    ],
    'the session was read for this request: it is gone only if its account is deleted at this moment': [
      ["if (session === null) throw notFound('The session');", "if (false) throw notFound('The session');"],
    ],
  }),
  ...inFile('src/identity/sessions/start-session.ts', {
    'a salt of a byte more is as good': [['refreshSalt: randomBytes(16),', 'refreshSalt: randomBytes(17),']],
  }),
  ...inFile('src/identity/sign-in/recent.ts', {
    'what is no number was not a quarter of an hour ago either: the other case is there for the types': [
      ['at != null && now.getTime() / 1000 - at <= recentSeconds;', 'now.getTime() / 1000 - at <= recentSeconds;'],
    ],
  }),
  ...inFile('src/identity/sign-in/sign-in-field.ts', {
    'a session that was written or read has null where there is nothing: the other case is there for the types': [
      ['mfaAt: session.mfaAt ?? null,', 'mfaAt: session.mfaAt,'],
    ],
  }),
  ...inFile('src/identity/sign-in/sign-in.resolvers.ts', {
    'what is no id has no row: the other case is there for the types': [
      [
        'const session = sessionId === undefined ? null : await sessionById(rows, sessionId);',
        'const session = (await sessionById(rows, sessionId));',
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/sign-in.service.ts', {
    'a row that was read has null where there is nothing: the other case is there for the types': [
      [
        'await deviceTrust.trust(context, user, { deviceId: device.id, name: name ?? null });',
        'await deviceTrust.trust(context, user, { deviceId: device.id, name: name });',
      ],
      ['mfaAt: former.mfaAt ?? null,', 'mfaAt: former.mfaAt,'],
    ],
    'no error of the database or of our code has one of these codes': [
      [
        'const reason = error instanceof AppError ? challengeRefusals[error.code] : undefined;',
        'const reason = (challengeRefusals[error.code]);',
      ],
    ],
    'JSON leaves out what is undefined: a factor that gives nothing to answer keeps nothing': [
      ['challenge === undefined ? [] : [{ method, ...challenge }],', '([{ method, ...challenge }]),'],
    ],
    'no session has null as its id: there is nothing to end': [
      [
        "if (carried != null) await sessions.end(context, carried, 'replaced');",
        "if (true) await sessions.end(context, carried, 'replaced');",
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/verify-factor.ts', {
    'the occasion of a sign-in names no session': [
      [
        'const key = isSignIn ? account.id : (occasion.sessionId ?? account.id);',
        'const key = ((occasion.sessionId ?? account.id));',
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/common-passwords.ts', {
    'nobody knows which password has the first print of the list': [
      ['let [low, high] = [0, commonPasswords];', 'let [low, high] = [1, commonPasswords];'],
    ],
    'a print that is equal was found a line above': [
      ['if (found < print) low = middle + 1;', 'if (found <= print) low = middle + 1;'],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/passwords.ts', {
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      ['const maxWaiting = 200;', 'const maxWaiting = 201;'],
    ],
    'a hash that needs a pepper is found only if there is one: the other case is there for the types': [
      [
        "const behind = found?.isPeppered === true ? (pepper ?? '') : '';",
        "const behind = found?.isPeppered === true ? (pepper) : '';",
      ],
    ],
    'a byte more of what stands in for a hash makes no password match, and takes no longer': [
      [
        '`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`;',
        '`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${toBase64(randomBytes(17))}$${toBase64(randomBytes(32))}`;',
      ],
      [
        '`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`;',
        '`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${toBase64(randomBytes(16))}$${toBase64(randomBytes(33))}`;',
      ],
    ],
    'no password has the hash that stands in for one: each of the two guards is enough': [
      ['return matches && found !== null;', 'return matches;'],
    ],
    'reading a hash throws nothing else': [
      ['if (error instanceof UnfitHashError) return null;', 'if (true) return null;'],
    ],
    'hashing fails for nothing but a full queue: another error would be a defect': [
      ['if (!(error instanceof QueueFullError)) throw error;', 'if (false) throw error;'],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/remember-proofs.ts', {
    'a key of a byte more is as good': [['const key = randomBytes(32);', 'const key = randomBytes(33);']],
    'a full map has a first key: the other case is there for the types': [
      [
        "if (proofs.size >= maxProofs) proofs.delete(proofs.keys().next().value ?? '');",
        'if (proofs.size >= maxProofs) proofs.delete(proofs.keys().next().value);',
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/require-current-password.ts', {
    'a hash that was read is null if there is none: the other case is there for the types': [
      [
        'if (await verifyPassword(context, `user:${id}`, passwordHash ?? null, password)) return;',
        'if (await verifyPassword(context, `user:${id}`, passwordHash, password)) return;',
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/hashes/argon2-hash.ts', {
    'a text that is spelt so has both parts: the other case is there for the types': [
      ["requireSalt(fromBase64(salt ?? ''));", 'requireSalt(fromBase64(salt));'],
      ["requireHash(fromBase64(hash ?? ''));", 'requireHash(fromBase64(hash));'],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/hashes/bcrypt-hash.ts', {
    'what is no text is no hash either: the other case is there for the types': [
      [
        "const inner = readBcrypt(wordPressSpelling.exec(text)?.[1] ?? '');",
        'const inner = readBcrypt(wordPressSpelling.exec(text)?.[1]);',
      ],
    ],
    'a thread that has answered ends by itself': [['await worker.terminate();', ';']],
    'a bound that is far from what is usual has no test of its own: one more or less is nothing': [
      ['const workerMemoryMb = 32;', 'const workerMemoryMb = 33;'],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/hashes/bcrypt-worker.ts', {
    'it runs in a thread of its own, in which no slip is made: without its answer no hash of bcrypt is verified': [
      ['parentPort?.postMessage(bcrypt.compareSync(password, stored));', ';'],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/hashes/firebase-hash.ts', {
    'the hash is as long as the key: the other case is there for the types': [
      [
        'const stream = encrypted.map((byte, index) => byte ^ (signerKey[index] ?? 0)).subarray(0, verifierBytes);',
        'const stream = encrypted.map((byte, index) => byte ^ (signerKey[index])).subarray(0, verifierBytes);',
      ],
      [
        'const stream = encrypted.map((byte, index) => byte ^ (signerKey[index] ?? 0)).subarray(0, verifierBytes);',
        'const stream = encrypted.map((byte, index) => byte ^ (signerKey[index] ?? 1)).subarray(0, verifierBytes);',
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/hashes/phpass-hash.ts', {
    'when others get their turn changes nothing of what is computed': [
      ['if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();', 'if (true) await setImmediate();'],
      ['if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();', 'if (false) await setImmediate();'],
      [
        'if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();',
        'if (done % roundsAtOnce !== roundsAtOnce - 1) await setImmediate();',
      ],
      [
        'if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();',
        'if (done % roundsAtOnce === roundsAtOnce + 1) await setImmediate();',
      ],
      [
        'if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();',
        'if (done % roundsAtOnce === roundsAtOnce - 2) await setImmediate();',
      ],
      [
        'if (done % roundsAtOnce === roundsAtOnce - 1) await setImmediate();',
        'if (done % roundsAtOnce === roundsAtOnce - 1) ;',
      ],
      ['const roundsAtOnce = 4_096;', 'const roundsAtOnce = 4097;'],
    ],
    'the length of neither digest is a multiple of three': [
      ['for (let at = 0; at < bytes.length; at += 3) {', 'for (let at = 0; at <= bytes.length; at += 3) {'],
    ],
    'six bits are always one of the alphabet: the other case is there for the types': [
      [
        "for (let index = 0; index <= held; index += 1) text += alphabet[(group >> (6 * index)) & 63] ?? '';",
        'for (let index = 0; index <= held; index += 1) text += alphabet[(group >> (6 * index)) & 63];',
      ],
    ],
  }),
  ...inFile('src/identity/sign-in/passwords/hashes/scrypt-hash.ts', {
    'scrypt takes what it needs, of which a mebibyte more is allowed: that is bounded before': [
      ['const blocks = 2 ** logN + p + 2;', 'const blocks = 2 ** logN + p - 2;'],
      ['const blocks = 2 ** logN + p + 2;', 'const blocks = 2 ** logN - p + 2;'],
      ['const blocks = 2 ** logN + p + 2;', 'const blocks = 3 ** logN + p + 2;'],
      ['const blocks = 2 ** logN + p + 2;', 'const blocks = 2 ** logN + p + 3;'],
      [
        'return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 128 * r * blocks + 2 ** 20 });',
        'return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 129 * r * blocks + 2 ** 20 });',
      ],
      [
        'return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 128 * r * blocks + 2 ** 20 });',
        'return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 128 * r * blocks + 3 ** 20 });',
      ],
      [
        'return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 128 * r * blocks + 2 ** 20 });',
        'return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 128 * r * blocks + 2 ** 21 });',
      ],
    ],
  }),
  ...inFile('src/identity/api-keys/api-key.strategy.ts', {
    'what is no header has no key in it: the other case is there for the types': [
      [
        "const inBearer = bearerKey.exec(authorization ?? '')?.[1];",
        'const inBearer = bearerKey.exec(authorization)?.[1];',
      ],
      [
        "const basic = enabled.basicAuth ? parseBasic(authorization ?? '') : null;",
        'const basic = enabled.basicAuth ? parseBasic(authorization) : null;',
      ],
    ],
  }),
  ...inFile('src/identity/api-keys/api-keys.service.ts', {
    'MikroORM takes what was not changed in memory from the row that is read, unless that is null: neither of the two that are looked at is':
      [
        [
          'const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;',
          'const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: false } as const;',
        ],
      ],
    'an owner has no more active keys than a page: the first page is the last one': [
      [
        'const page = { size: maxActiveKeys, isLast: false, after: null, before: null };',
        'const page = { size: maxActiveKeys, isLast: true, after: null, before: null };',
      ],
    ],
  }),
  ...inFile('src/identity/api-keys/key-text.ts', {
    'what is no text is no id: the other case is there for the types': [
      ['return id !== undefined && isUuid(id) ? id : null;', 'return isUuid(id) ? id : null;'],
      [
        "const id = idOfPrefix(keySpelling.exec(text)?.[1] ?? '');",
        'const id = idOfPrefix(keySpelling.exec(text)?.[1]);',
      ],
    ],
  }),
  ...inFile('src/identity/api-keys/new-key-principal.ts', {
    'a principal without the property has nothing in it: the other case is there for the types': [
      [
        "'newKeyId' in principal && typeof principal.newKeyId === 'string' ? principal.newKeyId : undefined;",
        "typeof principal.newKeyId === 'string' ? principal.newKeyId : undefined;",
      ],
    ],
  }),
  ...inFile('src/identity/second-factors/totp-code.ts', {
    'a code is compared as a text, and none is spelt in another way: each of the two guards is enough': [
      ['if (!spelling.test(token)) return null;', 'if (false) return null;'],
    ],
  }),
  ...inFile('src/identity/second-factors/totp-enrolment.service.ts', {
    'what is pending is written together: without one of it there is no moment at which it began': [
      [
        'const isSame = pendingFactors != null && isSameSet(pendingFactors, user.secondFactors);',
        'const isSame = isSameSet(pendingFactors, user.secondFactors);',
      ],
      [
        'if (pendingSecret != null && isOpen && isSame) return pendingSecret;',
        'if (isOpen && isSame) return pendingSecret;',
      ],
    ],
  }),
];
