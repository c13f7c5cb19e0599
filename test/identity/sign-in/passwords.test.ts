import { expect, test } from '@jest/globals';
import { argon2Sync } from 'node:crypto';
import { commonPasswords } from '../../../src/identity/sign-in/passwords/common-passwords.ts';
import { createPasswords } from '../../../src/identity/sign-in/passwords/passwords.ts';
import { devise } from '../../support/foreign-passwords.ts';

const passwords = createPasswords({ memoryKib: 1024, time: 2, parallelism: 1, concurrency: 1, contextWords: [] });
const caller = { ipAddress: null };
const password = 'correct horse battery';

test('A hash is a PHC string whose parameters are in the order m, t, p, and OpenSSL verifies it', async () => {
  const stored = await passwords.hash(password, caller);
  const [, salt = '', hash = ''] = /^\$argon2id\$v=19\$m=1024,t=2,p=1\$([^$]+)\$([^$]+)$/.exec(stored) ?? [];
  const computed = argon2Sync('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64'),
    memory: 1024,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  });
  expect(computed.toString('base64').replaceAll('=', '')).toBe(hash);
});

test('A hash that was made with a pepper behind the password matches with this pepper alone', async () => {
  const settings = { memoryKib: 1024, time: 2, parallelism: 1, concurrency: 1, contextWords: [] };
  const verify = (pepper: string | undefined, typed: string): Promise<boolean> =>
    createPasswords({ ...settings, pepper }).verify(`$peppered${devise.passwordHash}`, typed, { ipAddress: null });
  expect(await verify(devise.pepper, devise.password)).toBe(true);
  expect(await verify(devise.pepper, `${devise.password}x`)).toBe(false);
  expect(await verify(`${devise.pepper}x`, devise.password)).toBe(false);
  expect(await verify(undefined, `${devise.password}${devise.pepper}`)).toBe(false);
  expect(await verify('', devise.password)).toBe(false);
  expect(passwords.needsRehash(`$peppered${devise.passwordHash}`, devise.password)).toBe(true);
  expect(passwords.needsRehash(`$peppered${devise.passwordHash}`, 'x'.repeat(73))).toBe(false);
});

test('The empty password matches no hash, also no imported one that was made of it', async () => {
  const own = await passwords.hash('', caller);
  const imported = 'pbkdf2_sha256$1$seasaltseasalt$MKWjtr38rAQ+VYb9VoghiFpHc/ao26w352inoN44b00=';
  for (const stored of [own, imported]) expect(await passwords.verify(stored, '', caller)).toBe(false);
});

test('The list of common passwords has at least ten thousand', () => {
  expect(commonPasswords).toBeGreaterThanOrEqual(10_000);
});

test('A hash without a pepper is verified without it, whatever pepper the server has', async () => {
  const peppered = createPasswords({
    memoryKib: 1024,
    time: 2,
    parallelism: 1,
    concurrency: 1,
    contextWords: [],
    pepper: 'x',
  });
  const stored = await passwords.hash(password, caller);
  expect(await peppered.verify(stored, password, caller)).toBe(true);
  expect(await peppered.verify(stored, `${password}x`, caller)).toBe(false);
});

test('A hash that cannot be read, or none, is that of no password', async () => {
  for (const stored of [null, 'nonsense', '$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA']) {
    expect(await passwords.verify(stored, password, caller)).toBe(false);
  }
  expect(await passwords.verify(await passwords.hash(password, caller), password, caller)).toBe(true);
});

test('A hash is renewed if it is weaker than those of now or of another scheme, unless it covers a part of the password', async () => {
  const stored = await passwords.hash(password, caller);
  expect(passwords.needsRehash(stored, password)).toBe(false);
  expect(passwords.needsRehash(stored.replace('t=2', 't=1'), password)).toBe(true);
  expect(passwords.needsRehash(stored.replace('argon2id', 'argon2i'), password)).toBe(true);
  const bcrypt = `$2b$10$${'a'.repeat(53)}`;
  expect(passwords.needsRehash(bcrypt, 'x'.repeat(72))).toBe(true);
  expect(passwords.needsRehash(bcrypt, 'x'.repeat(73))).toBe(false);
  expect(passwords.needsRehash(bcrypt, 'ä'.repeat(37))).toBe(false);
});

test('A client that sends too many passwords at once is to come again shortly', async () => {
  const verify = (ipAddress: string) => passwords.verify(null, password, { ipAddress });
  const answers = await Promise.allSettled([
    ...Array.from({ length: 53 }, () => verify('192.0.2.1')),
    verify('192.0.2.2'),
  ]);
  const refused = {
    code: 'SERVICE_UNAVAILABLE',
    message: 'Too many sign-ins at once. Try again shortly.',
    options: { retryAfterSeconds: 2 },
  };
  expect(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))).toEqual([
    expect.objectContaining({ ...refused, options: expect.objectContaining(refused.options) }),
    expect.objectContaining({ ...refused, options: expect.objectContaining(refused.options) }),
  ]);
});
