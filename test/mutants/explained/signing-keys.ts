import { inFile, type Explained } from './in-file.ts';

export const signingKeys: readonly Explained[] = [
  ...inFile('src/identity/signing-keys/add-key.ts', {
    'keys are sealed anew all or none: to open the others as well only costs time': [
      [
        'for (const key of keys) if (key.purpose === refreshRoot.purpose) await openKey(vault, key);',
        'for (const key of keys) if (true) await openKey(vault, key);',
      ],
    ],
  }),
  ...inFile('src/identity/signing-keys/key-material.ts', {
    'a key is made in whole bytes: one bit more comes out the same': [
      [
        'const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 });',
        'const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3073 });',
      ],
    ],
  }),
  ...inFile('src/identity/signing-keys/paced-reading.ts', {
    'a millisecond more is noticed by nobody': [
      [
        'await setTimeout(Math.max(0, begunMs + everyMs - performance.now()));',
        'await setTimeout(Math.max(1, begunMs + everyMs - performance.now()));',
      ],
    ],
  }),
  ...inFile('src/identity/signing-keys/rotate-by-age.ts', {
    'a moment was just given to all that had none: the other case is there for the types': [
      [
        'const spent = retiring.filter(({ signedUntil }) => signedUntil != null && isOver(signedUntil, keptMs, now));',
        'const spent = retiring.filter(({ signedUntil }) => isOver(signedUntil, keptMs, now));',
      ],
    ],
    'a second more of an hour is noticed by nobody': [['everySeconds: 3_600,', 'everySeconds: 3601,']],
  }),
  ...inFile('src/identity/signing-keys/sign-token.ts', {
    'the signature comes out the same: it only holds up everybody else while it is made': [
      ["if (algorithm === 'RS256') {", 'if (false) {'],
    ],
  }),
  ...inFile('src/identity/signing-keys/signing-key.entity.ts', {
    'the table is made by migrations, and these are never compared with it': [
      ['purpose: p.string().length(16).$type<KeyPurpose>(),', 'purpose: p.string().length(17).$type<KeyPurpose>(),'],
      [
        'algorithm: p.string().length(16).$type<TokenAlgorithm>(),',
        'algorithm: p.string().length(17).$type<TokenAlgorithm>(),',
      ],
      ['state: p.string().length(16).$type<KeyState>(),', 'state: p.string().length(17).$type<KeyState>(),'],
      ['signedUntil: p.datetime(3).nullable(),', 'signedUntil: p.datetime(4).nullable(),'],
    ],
  }),
  ...inFile('src/identity/signing-keys/signing-keys.resolvers.ts', {
    'nothing has read the key before in this unit of work: there is nothing to be brought up to date': [
      [
        'return em.findOneOrFail(SigningKey, id, { refresh: true });',
        'return em.findOneOrFail(SigningKey, id, { refresh: false });',
      ],
    ],
  }),
  ...inFile('src/identity/signing-keys/signing-keys.service.ts', {
    'what is there already is looked for again, and stays as it is: it only costs time': [
      ['if ((await em.count(SigningKey, root)) === 0) {', 'if (true) {'],
      ['if ((await em.count(SigningKey, wanted)) > 0) return;', 'if (false) return;'],
      [
        'if ((await em.count(SigningKey, wanted)) > 0) return;',
        'if ((await em.count(SigningKey, wanted)) > 1) return;',
      ],
    ],
    'a millisecond more of a second is noticed by nobody': [['const readingMs = 1_000;', 'const readingMs = 1001;']],
  }),
  ...inFile('src/identity/signing-keys/vault.ts', {
    'the vault gives its key to nobody, who could ask it for its bytes': [
      [
        "(imported ??= crypto.subtle.importKey('raw', Uint8Array.from(masterKey), 'AES-GCM', false, ['encrypt', 'decrypt']));",
        "(imported ??= crypto.subtle.importKey('raw', Uint8Array.from(masterKey), 'AES-GCM', true, ['encrypt', 'decrypt']));",
      ],
    ],
  }),
];
