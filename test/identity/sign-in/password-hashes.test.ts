import { describe, expect, test } from '@jest/globals';
import { isCutByBcrypt, pepperedHash } from '../../../src/identity/sign-in/passwords/hashes/bcrypt-hash.ts';
import { firebaseHash } from '../../../src/identity/sign-in/passwords/hashes/firebase-hash.ts';
import { fromBase64, UnfitHashError } from '../../../src/identity/sign-in/passwords/hashes/hash-scheme.ts';
import { readHash } from '../../../src/identity/sign-in/passwords/hashes/read-hash.ts';
import { devise, foreignPasswords } from '../../support/foreign-passwords.ts';

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64').replaceAll('=', '');
const [salt, hash] = [base64(16), base64(32)];

/** Says why a text is not accepted as a hash; nothing, if it is. */
function problemOf(text: string): string | undefined {
  try {
    readHash(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnfitHashError)) throw error;
    return error.message;
  }
}
const beyond = (name: string, value: number, min: number, max: number): string =>
  `its ${name} is ${value}, and only ${min} to ${max} is supported: leave the hash out, and let its owner reset the password`;

const unknownForm =
  'its form is unknown: give bcrypt ($2b$…), scrypt ($scrypt$ln=…), pbkdf2 ($pbkdf2-sha256$… or pbkdf2_sha256$…) or argon2 ($argon2id$…)';

describe('A hash of another system', () => {
  test('is stored in one spelling, which is read again as itself', () => {
    for (const { origin, passwordHash } of foreignPasswords.filter(({ passwordSalt }) => passwordSalt === undefined)) {
      const { stored } = readHash(passwordHash);
      expect([origin, readHash(stored).stored]).toEqual([origin, stored]);
    }
  });

  /** One of each family, of those that are computed at once. */
  const quick = ['pbkdf2 with SHA-1', 'a password that NFKC changes', 'phpass of WordPress', 'ASP.NET Identity 3'];
  const families = ['bcrypt 2y', 'scrypt of the RFC', 'Drupal 7', 'Firebase scrypt of Kratos', 'argon2 of Keycloak'];
  test.each(foreignPasswords.filter(({ origin }) => [...quick, ...families].includes(origin)))(
    'matches its password alone: $origin',
    async ({ password, passwordHash }) => {
      const { matches } = readHash(passwordHash);
      expect(await matches(password)).toBe(true);
      expect(await matches(`${password}.`)).toBe(false);
    },
  );

  const spellings: ReadonlyArray<readonly [what: string, given: string, stored: string]> = [
    ['phpass', '$P$6fj6aW2lnuSSDXbRVooCfXjstJzdnv.', '$P$6fj6aW2lnuSSDXbRVooCfXjstJzdnv.'],
    ['bcrypt of Spring', `{bcrypt}$2b$10$${'a'.repeat(53)}`, `$2b$10$${'a'.repeat(53)}`],
    [
      'argon2 of Django',
      `argon2$argon2id$v=19$m=64,t=1,p=1$${salt}$${hash}`,
      `$argon2id$v=19$m=64,t=1,p=1$${salt}$${hash}`,
    ],
    ['scrypt with N itself', `$scrypt$ln=16384,r=8,p=1$${salt}$${hash}`, `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`],
    ['scrypt as s0', `$s0$e0802$${salt}$${hash}`, `$scrypt$ln=14,r=8,p=2$${salt}$${hash}`],
    ['pbkdf2 without a digest', `$pbkdf2$1000$${salt}$${hash}`, `$pbkdf2-sha1$i=1000$${salt}$${hash}`],
    ['pbkdf2 of Keycloak', keycloak('pbkdf2', 1_000), `$pbkdf2-sha1$i=1000$${salt}$${hash}`],
    ['pbkdf2 of Keycloak with SHA-512', keycloak('pbkdf2-sha512', 1_000), `$pbkdf2-sha512$i=1000$${salt}$${hash}`],
    [
      'argon2 of Keycloak',
      keycloak('argon2', 3, { version: '1.3', type: ['i'], memory: 64, parallelism: ['2'] }),
      `$argon2i$v=19$m=64,t=3,p=2$${salt}$${hash}`,
    ],
    [
      'scrypt of better-auth',
      `${'0a'.repeat(16)}:${'07'.repeat(64)}`,
      `$scrypt$ln=14,r=16,p=1$${Buffer.from('0a'.repeat(16)).toString('base64').replaceAll('=', '')}$${base64(64)}`,
    ],
  ];
  test('is stored as what it is', () => {
    for (const [what, given, stored] of spellings) expect([what, readHash(given).stored]).toEqual([what, stored]);
  });

  function keycloak(algorithm: string, hashIterations: number, additionalParameters: object = {}): string {
    return JSON.stringify({
      secretData: JSON.stringify({ value: hash, salt }),
      credentialData: { algorithm, hashIterations, additionalParameters },
    });
  }

  const accepted: ReadonlyArray<readonly [what: string, given: string]> = [
    ['argon2 at its least', `$argon2id$v=19$m=8,t=1,p=1$${salt}$${hash}`],
    ['argon2 at its most', `$argon2i$v=19$m=1048576,t=16,p=8$${salt}$${hash}`],
    ['the shortest salt', `$argon2id$v=19$m=64,t=1,p=1$${base64(8)}$${hash}`],
    ['the longest salt', `$argon2id$v=19$m=64,t=1,p=1$${base64(256)}$${hash}`],
    ['the shortest hash', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${base64(16)}`],
    ['the longest hash', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${base64(512)}`],
    ['bcrypt at its least', `$2a$04$${'a'.repeat(53)}`],
    ['bcrypt at its most', `$2y$15$${'a'.repeat(53)}`],
    ['WordPress', `$wp$2y$10$${'a'.repeat(53)}`],
    ['a peppered one', `$peppered$2b$10$${'a'.repeat(53)}`],
    ['scrypt at its least', `$scrypt$ln=1,r=1,p=1$${salt}$${hash}`],
    ['scrypt with the most memory', `$scrypt$ln=20,r=2,p=2$${salt}$${hash}`],
    ['scrypt with the most lanes', `$scrypt$ln=12,r=64,p=16$${salt}$${hash}`],
    ['pbkdf2 at its most', `$pbkdf2-sha256$i=10000000$${salt}$${hash}`],
    ['pbkdf2 of two blocks at its most', `$pbkdf2-sha1$i=5000000$${salt}$${hash}`],
    ['phpass at its least', `$P$5${'a'.repeat(30)}`],
    ['phpass at its most', `$H$E${'a'.repeat(30)}`],
    ['phpass of Drupal', `$S$5${'a'.repeat(51)}`],
    ['Firebase', `$firebase-scrypt$ln=14,r=8,p=1$${salt}$${hash}`],
  ];
  test('is accepted at the bounds of what is computed', () => {
    for (const [what, text] of accepted) expect([what, problemOf(text)]).toEqual([what, undefined]);
  });

  const refused: ReadonlyArray<readonly [what: string, given: string, problem: string]> = [
    [
      'pbkdf2 with a short salt',
      `$pbkdf2-sha256$i=1000$${base64(7)}$${hash}`,
      beyond('length of the salt in bytes', 7, 8, 256),
    ],
    ['pbkdf2 with a short hash', `$pbkdf2-sha256$i=1000$${salt}$${base64(15)}`, beyond('length in bytes', 15, 16, 512)],
    [
      'scrypt with a short salt',
      `$scrypt$ln=14,r=8,p=1$${base64(7)}$${hash}`,
      beyond('length of the salt in bytes', 7, 8, 256),
    ],
    ['scrypt with a short hash', `$scrypt$ln=14,r=8,p=1$${salt}$${base64(15)}`, beyond('length in bytes', 15, 16, 512)],
    [
      'Firebase with a short salt',
      `$firebase-scrypt$ln=14,r=8,p=1$${base64(7)}$${hash}`,
      beyond('length of the salt in bytes', 7, 8, 256),
    ],
    [
      'Firebase with a short hash',
      `$firebase-scrypt$ln=14,r=8,p=1$${salt}$${base64(15)}`,
      beyond('length in bytes', 15, 16, 512),
    ],
    ['scrypt with a cost that no N is', `$scrypt$ln=64,r=8,p=1$${salt}$${hash}`, beyond('cost (log2 of N)', 64, 1, 20)],
    [
      'scrypt with the least N',
      `$scrypt$ln=65,r=8,p=1$${salt}$${hash}`,
      beyond('cost (log2 of N)', Math.log2(65), 1, 20),
    ],
    [
      'three blocks of SHA-256',
      `$pbkdf2-sha256$i=3333334$${salt}$${base64(65)}`,
      beyond('number of iterations', 3_333_334, 1, 3_333_333),
    ],
    [
      'three blocks of SHA-512',
      `$pbkdf2-sha512$i=3333334$${salt}$${base64(129)}`,
      beyond('number of iterations', 3_333_334, 1, 3_333_333),
    ],
    ['bcrypt with something before it', `${'x'.repeat(9)}$2b$10$${'a'.repeat(53)}`, unknownForm],
    ['the longest text', 'x'.repeat(2_048), unknownForm],
    [
      'argon2 with too little memory',
      `$argon2id$v=19$m=15,t=1,p=2$${salt}$${hash}`,
      beyond('memory in KiB', 15, 16, 1_048_576),
    ],
    [
      'argon2 with too much',
      `$argon2id$v=19$m=1048577,t=1,p=1$${salt}$${hash}`,
      beyond('memory in KiB', 1_048_577, 8, 1_048_576),
    ],
    ['argon2 of no pass', `$argon2id$v=19$m=64,t=0,p=1$${salt}$${hash}`, beyond('number of passes', 0, 1, 16)],
    ['argon2 of too many', `$argon2id$v=19$m=64,t=17,p=1$${salt}$${hash}`, beyond('number of passes', 17, 1, 16)],
    ['argon2 of no lane', `$argon2id$v=19$m=64,t=1,p=0$${salt}$${hash}`, beyond('parallelism', 0, 1, 8)],
    ['argon2 of too many lanes', `$argon2id$v=19$m=72,t=1,p=9$${salt}$${hash}`, beyond('parallelism', 9, 1, 8)],
    ['argon2 without its lanes', `$argon2id$v=19$m=72,t=1$${salt}$${hash}`, beyond('parallelism', Number.NaN, 1, 8)],
    [
      'argon2d',
      `$argon2d$v=19$m=64,t=1,p=1$${salt}$${hash}`,
      'only argon2id and argon2i of version 19 are supported: leave the hash out',
    ],
    [
      'argon2 of an earlier version',
      `$argon2id$v=16$m=64,t=1,p=1$${salt}$${hash}`,
      'only argon2id and argon2i of version 19 are supported: leave the hash out',
    ],
    [
      'argon2 of no version',
      `$argon2id$m=64,t=1,p=1$${salt}$${hash}`,
      'only argon2id and argon2i of version 19 are supported: leave the hash out',
    ],
    [
      'a short salt',
      `$argon2id$v=19$m=64,t=1,p=1$${base64(7)}$${hash}`,
      beyond('length of the salt in bytes', 7, 8, 256),
    ],
    [
      'a long salt',
      `$argon2id$v=19$m=64,t=1,p=1$${base64(257)}$${hash}`,
      beyond('length of the salt in bytes', 257, 8, 256),
    ],
    ['a short hash', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${base64(15)}`, beyond('length in bytes', 15, 16, 512)],
    ['a long hash', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${base64(513)}`, beyond('length in bytes', 513, 16, 512)],
    [
      'base64 that is none',
      `$argon2id$v=19$m=64,t=1,p=1$${salt}$${hash}!`,
      'it is cut or altered: its base64 cannot be read',
    ],
    [
      'base64 that is cut',
      `$argon2id$v=19$m=64,t=1,p=1$${salt}$${'A'.repeat(41)}`,
      'it is cut or altered: its base64 cannot be read',
    ],
    ['bcrypt of less', `$2b$03$${'a'.repeat(53)}`, beyond('cost', 3, 4, 15)],
    ['bcrypt of more', `$2b$16$${'a'.repeat(53)}`, beyond('cost', 16, 4, 15)],
    [
      'bcrypt of another version',
      `$2x$10$${'a'.repeat(53)}`,
      'only $2a$, $2b$ and $2y$ of bcrypt are supported: leave the hash out',
    ],
    [
      'bcrypt of no version',
      `$2$10$${'a'.repeat(53)}`,
      'only $2a$, $2b$ and $2y$ of bcrypt are supported: leave the hash out',
    ],
    ['bcrypt that is cut', `$2b$10$${'a'.repeat(52)}`, 'it is cut or altered: bcrypt has 60 characters'],
    ['WordPress of more', `$wp$2y$16$${'a'.repeat(53)}`, beyond('cost', 16, 4, 15)],
    ['scrypt of no cost', `$scrypt$ln=0,r=8,p=1$${salt}$${hash}`, beyond('cost (log2 of N)', 0, 1, 20)],
    ['scrypt of too much', `$scrypt$ln=21,r=1,p=1$${salt}$${hash}`, beyond('cost (log2 of N)', 21, 1, 20)],
    ['scrypt of no block', `$scrypt$ln=14,r=0,p=1$${salt}$${hash}`, beyond('block size (r)', 0, 1, 64)],
    ['scrypt of large blocks', `$scrypt$ln=2,r=65,p=1$${salt}$${hash}`, beyond('block size (r)', 65, 1, 64)],
    ['scrypt of no lane', `$scrypt$ln=14,r=8,p=0$${salt}$${hash}`, beyond('parallelism (p)', 0, 1, 16)],
    ['scrypt of too many lanes', `$scrypt$ln=2,r=8,p=17$${salt}$${hash}`, beyond('parallelism (p)', 17, 1, 16)],
    [
      'scrypt with too much memory',
      `$scrypt$ln=20,r=3,p=1$${salt}$${hash}`,
      beyond('memory (N·r)', 3 * 2 ** 20, 1, 2 ** 21),
    ],
    [
      'scrypt of too much work',
      `$scrypt$ln=20,r=2,p=3$${salt}$${hash}`,
      beyond('work (N·r·p)', 6 * 2 ** 20, 1, 2 ** 22),
    ],
    [
      'scrypt with an N that is no power',
      `$scrypt$ln=16383,r=8,p=1$${salt}$${hash}`,
      beyond('cost (log2 of N)', Math.log2(16_383), 1, 20),
    ],
    [
      'pbkdf2 of more',
      `$pbkdf2-sha256$i=10000001$${salt}$${hash}`,
      beyond('number of iterations', 10_000_001, 1, 10_000_000),
    ],
    [
      'pbkdf2 of two blocks of more',
      `$pbkdf2-sha1$i=5000001$${salt}$${hash}`,
      beyond('number of iterations', 5_000_001, 1, 5_000_000),
    ],
    [
      'pbkdf2 of three blocks',
      `$pbkdf2-sha1$i=3333334$${salt}$${base64(41)}`,
      beyond('number of iterations', 3_333_334, 1, 3_333_333),
    ],
    ['pbkdf2 of nothing', `$pbkdf2-sha256$i=0$${salt}$${hash}`, beyond('number of iterations', 0, 1, 10_000_000)],
    ['phpass of less', `$P$4${'a'.repeat(30)}`, beyond('cost', 6, 7, 16)],
    ['phpass of more', `$P$F${'a'.repeat(30)}`, beyond('cost', 17, 7, 16)],
    ['phpass that is cut', `$P$5${'a'.repeat(29)}`, beyond('length', 33, 34, 34)],
    ['phpass of Drupal that is cut', `$S$5${'a'.repeat(50)}`, beyond('length', 54, 55, 55)],
    ['Firebase of too much', `$firebase-scrypt$ln=21,r=8,p=1$${salt}$${hash}`, beyond('cost (log2 of N)', 21, 1, 20)],
    ['an unknown form', 'nonsense', unknownForm],
    ['Werkzeug with half a digit pair', `scrypt:32768:8:1$salt$${'ab'.repeat(32)}a`, unknownForm],
    ['a long text', 'x'.repeat(2_049), 'it is longer than 2048 characters'],
    [
      'Keycloak of another algorithm',
      keycloak('md5', 1),
      'its algorithm is unknown: pbkdf2 and argon2 of version 1.3 are supported; leave the hash out',
    ],
    [
      'argon2 of Keycloak of another version',
      keycloak('argon2', 1, { version: ['1.0'] }),
      'its algorithm is unknown: pbkdf2 and argon2 of version 1.3 are supported; leave the hash out',
    ],
    [
      'argon2 of Keycloak without lanes',
      keycloak('argon2', 1, { version: '1.3', type: 'id', memory: {} }),
      beyond('parallelism', 0, 1, 8),
    ],
    [
      'JSON that is no credential',
      '{"secretData":"{"}',
      'it is JSON, but no credential of Keycloak: give {"secretData":"…","credentialData":"…"} as exported',
    ],
    [
      'JSON that is none',
      '{ "secretData',
      'it is JSON, but no credential of Keycloak: give {"secretData":"…","credentialData":"…"} as exported',
    ],
  ];
  test('is refused for what it would take to compute it, or because it cannot be', () => {
    for (const [what, text, problem] of refused) expect([what, problemOf(text)]).toEqual([what, problem]);
  });

  test('of ASP.NET is read if it is whole', () => {
    const version2 = Buffer.concat([Buffer.from([0]), Buffer.alloc(48, 7)]);
    const version3 = (digest: number, saltLength: number, bytes = 48, version = 1): Buffer => {
      const header = Buffer.alloc(13);
      header[0] = version;
      header.writeUInt32BE(digest, 1);
      header.writeUInt32BE(1_000, 5);
      header.writeUInt32BE(saltLength, 9);
      return Buffer.concat([header, Buffer.alloc(bytes, 7)]);
    };
    const storedOf = (bytes: Buffer): string => readHash(bytes.toString('base64')).stored;
    expect(storedOf(version2)).toBe(`$pbkdf2-sha1$i=1000$${salt}$${hash}`);
    expect(storedOf(version3(0, 16))).toBe(`$pbkdf2-sha1$i=1000$${salt}$${hash}`);
    expect(storedOf(version3(1, 16))).toBe(`$pbkdf2-sha256$i=1000$${salt}$${hash}`);
    expect(storedOf(version3(2, 32))).toBe(`$pbkdf2-sha512$i=1000$${hash}$${salt}`);
    for (const bytes of [
      version2.subarray(1),
      Buffer.concat([version2, Buffer.alloc(1)]),
      version3(3, 16),
      version3(1, 48),
      version3(1, 49),
      version3(1, 16, 48, 2),
    ]) {
      expect(problemOf(bytes.toString('base64'))).toBe(unknownForm);
    }
    expect(problemOf(version3(1, 33).toString('base64'))).toBe(beyond('length in bytes', 15, 16, 512));
    expect(problemOf(`${version2.toString('base64')}!`)).toBe(unknownForm);
  });

  test('of Firebase is stored without the signer key of its project', () => {
    const parameters = { signerKey: Buffer.alloc(64, 1), saltSeparator: Buffer.from([7]), rounds: 8, memCost: 14 };
    expect(firebaseHash(parameters, base64(64), base64(15))).toBe(
      `$firebase-scrypt$ln=14,r=8,p=1$${base64(16)}$${Buffer.alloc(32, 7 ^ 1)
        .toString('base64')
        .replaceAll('=', '')}`,
    );
    expect(() => firebaseHash(parameters, base64(63), base64(15))).toThrow(
      'it has 63 bytes, and the signer key has 64: give the parameters of the project that exported it',
    );
    expect(() => firebaseHash(parameters, base64(64), base64(7))).toThrow(UnfitHashError);
  });

  test('may have base64 with padding, or with dots', () => {
    for (const text of ['++//', '..//', 'Kys=', 'Kw=='])
      expect(fromBase64(text)).toEqual(Buffer.from(text.replaceAll('.', '+'), 'base64'));
    for (const text of ['', '=', 'A', 'AAAAA', 'AA===', '-_AA', 'AA AA'])
      expect(() => fromBase64(text)).toThrow(UnfitHashError);
  });
});

describe('A hash of bcrypt', () => {
  test('is marked if a pepper stands behind its password, and nothing else can be', async () => {
    const stored = pepperedHash(`{bcrypt}${devise.passwordHash}`);
    expect(stored).toBe(`$peppered${devise.passwordHash}`);
    expect(readHash(stored)).toMatchObject({ stored, isPeppered: true });
    expect(readHash(devise.passwordHash)).not.toHaveProperty('isPeppered');
    expect(() => pepperedHash(`$argon2id$v=19$m=64,t=1,p=1$${salt}$${hash}`)).toThrow(
      'only bcrypt is known with a pepper: import this line without --peppered',
    );
  });

  test('covers 72 bytes of a password', () => {
    const [bcrypt, argon] = [`$2b$10$${'a'.repeat(53)}`, `$argon2id$v=19$m=64,t=1,p=1$${salt}$${hash}`];
    for (const stored of [bcrypt, `$peppered${bcrypt}`]) {
      expect(isCutByBcrypt(stored, 'x'.repeat(72))).toBe(false);
      expect(isCutByBcrypt(stored, 'x'.repeat(73))).toBe(true);
      expect(isCutByBcrypt(stored, 'ä'.repeat(37))).toBe(true);
    }
    expect(isCutByBcrypt(argon, 'x'.repeat(73))).toBe(false);
    expect(isCutByBcrypt(`$wp${bcrypt}`, 'x'.repeat(73))).toBe(false);
  });
});
