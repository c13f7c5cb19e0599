import { describe, expect, test } from '@jest/globals';
import { entities } from '../../../src/app/entities.ts';
import { bySystem } from '../../../src/audit/record.ts';
import { openDatabase } from '../../../src/database/open.ts';
import {
  FirebaseParametersError,
  readFirebaseParameters,
} from '../../../src/identity/accounts/import/firebase-parameters.ts';
import { importAccounts, type ImportTally } from '../../../src/identity/accounts/import/import-accounts.ts';
import {
  readAccount,
  type ImportedAccount,
  type ImportRules,
} from '../../../src/identity/accounts/import/imported-account.ts';
import { countNew, insertAccounts } from '../../../src/identity/accounts/import/insert-accounts.ts';
import { readLines, type Line } from '../../../src/identity/accounts/import/read-lines.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createTestDatabase } from '../../support/database.ts';
import { devise, firebaseParameters, foreignPasswords } from '../../support/foreign-passwords.ts';

const now = new Date('2026-01-02T03:04:05Z');
const rules: ImportRules = { now, firebase: null, isPeppered: false };
const hash = foreignPasswords[0]?.passwordHash;

async function* inChunks(...chunks: ReadonlyArray<string | Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('The lines of a file', () => {
  const textsOf = async (...chunks: ReadonlyArray<string | Buffer>): Promise<unknown[]> =>
    (await collect<Line>(readLines(inChunks(...chunks)))).map(({ text }) => text);

  test('have their numbers, wherever the chunks of the file end', async () => {
    const lines = [
      { number: 1, text: 'one\n', bytesRead: 4 },
      { number: 2, text: '\n', bytesRead: 5 },
      { number: 3, text: 'thrée\r\n', bytesRead: 13 },
      { number: 4, text: '4', bytesRead: 14 },
    ];
    const bytes = Buffer.from('one\n\nthrée\r\n4');
    for (let at = 0; at <= bytes.length; at += 1)
      expect(await collect(readLines(inChunks(bytes.subarray(0, at), bytes.subarray(at))))).toEqual(lines);
  });

  test('are none after the last end of a line, and none of an empty file', async () => {
    expect([await textsOf('one\n'), await textsOf(), await textsOf('')]).toEqual([['one\n'], [], []]);
  });

  test('begin behind the mark of the order of bytes, which is one at the beginning alone', async () => {
    expect(await textsOf('\uFEFFone\n\uFEFFtwo')).toEqual(['one\n', '\uFEFFtwo']);
  });

  test('are told by their number alone if they are too long, or no UTF-8', async () => {
    const longest = `${'x'.repeat(65_535)}\n`;
    expect(await textsOf(longest, `x${longest}`, 'after')).toEqual([longest, null, 'after']);
    expect(await textsOf(Buffer.from([0xff]), '\n', 'after')).toEqual([null, 'after']);
  });
});

describe('The parameters of a Firebase project', () => {
  const values = {
    base64_signer_key: Buffer.alloc(64, 1).toString('base64'),
    base64_salt_separator: 'Bw==',
    rounds: '8',
    mem_cost: '14',
  };
  const block = (changes: Partial<Record<keyof typeof values, string>> = {}): string =>
    Object.entries({ ...values, ...changes })
      .map(([name, value]) => `  ${name}: ${value},\n`)
      .join('');
  const keyOf = (bytes: number): string => Buffer.alloc(bytes, 1).toString('base64');

  test('are read as the console shows them, and as JSON', () => {
    const read = readFirebaseParameters(block());
    expect(read).toEqual({
      signerKey: Buffer.alloc(64, 1),
      saltSeparator: Buffer.from([7]),
      rounds: 8,
      memCost: 14,
    });
    expect(readFirebaseParameters(JSON.stringify(values))).toEqual(read);
    expect(readFirebaseParameters(firebaseParameters)).toMatchObject({ rounds: 8, memCost: 14 });
  });

  test.each([
    ['a signer key of 32 bytes', { base64_signer_key: keyOf(32) }],
    ['a signer key of 256 bytes', { base64_signer_key: keyOf(256) }],
    ['no salt separator', { base64_salt_separator: '' }],
    ['one round', { rounds: '1' }],
    ['the least memory', { mem_cost: '1' }],
  ])('may be %s', (_, changes) => {
    expect(readFirebaseParameters(block(changes))).toBeDefined();
  });

  test.each([
    ['base64_signer_key', keyOf(31), 'base64'],
    ['base64_signer_key', keyOf(257), 'base64'],
    ['base64_signer_key', 'A'.repeat(45), 'base64'],
    ['base64_signer_key', '', 'base64'],
    ['base64_salt_separator', 'Bw', 'base64'],
    ['rounds', '0', 'a whole number from 1 to 8'],
    ['rounds', '9', 'a whole number from 1 to 8'],
    ['rounds', 'eight', 'a whole number from 1 to 8'],
    ['mem_cost', '0', 'a whole number from 1 to 14'],
    ['mem_cost', '15', 'a whole number from 1 to 14'],
    ['mem_cost', '', 'a whole number from 1 to 14'],
  ] as const)('are refused by name if %s is %s', (name, value, expected) => {
    const refused = new FirebaseParametersError(name, expected);
    expect(() => readFirebaseParameters(block({ [name]: value }))).toThrow(refused);
    expect(refused.name).toBe('FirebaseParametersError');
    expect(refused.message).toMatch(
      /^\w+ is missing or wrong: expected .*\. The file holds .* Password hash parameters\.$/,
    );
  });
});

describe('A line of an import', () => {
  const least = { email: 'ada@example.com', displayName: 'Ada' };
  const read = (line: unknown, more: Partial<ImportRules> = {}) =>
    readAccount(JSON.stringify(line), { ...rules, ...more });
  const account = {
    ...least,
    emailVerified: false,
    roles: ['VIEWER'],
    status: 'ACTIVE',
    disabledReason: null,
    createdAt: now,
    passwordHash: null,
  };

  test('may leave out everything but the e-mail and the name, or say that it is null', () => {
    const nulls = {
      emailVerified: null,
      roles: null,
      status: null,
      disabledReason: null,
      createdAt: null,
      passwordHash: null,
      passwordSalt: null,
    };
    expect([read(least), read({ ...least, ...nulls })]).toEqual([account, account]);
  });

  test.each([
    ['its e-mail in one spelling', { email: ' Ada@EXAMPLE.com ' }, {}],
    ['a verified e-mail', { emailVerified: true }, { emailVerified: true }],
    ['each role once', { roles: ['EDITOR', 'EDITOR', 'ADMIN'] }, { roles: ['EDITOR', 'ADMIN'] }],
    ['no role', { roles: [] }, { roles: [] }],
    [
      'a status and the reason',
      { status: 'DISABLED', disabledReason: ' x ' },
      { status: 'DISABLED', disabledReason: 'x' },
    ],
    [
      'the longest reason',
      { status: 'DISABLED', disabledReason: 'x'.repeat(500) },
      { status: 'DISABLED', disabledReason: 'x'.repeat(500) },
    ],
    ['the first moment there is', { createdAt: '1970-01-01T00:00Z' }, { createdAt: new Date(0) }],
    ['the present moment', { createdAt: '2026-01-02T04:04:05+01:00' }, { createdAt: now }],
    [
      'a moment without seconds',
      { createdAt: '2020-01-31T12:34-01:00' },
      { createdAt: new Date('2020-01-31T13:34:00Z') },
    ],
    ['a hash', { passwordHash: hash }, { passwordHash: hash }],
  ])('brings %s', (_, line, found) => {
    expect(read({ ...least, ...line })).toEqual({ ...account, ...found });
  });

  test.each([
    ['email', undefined, 'it is missing or not an e-mail address: write one such as name@example.com'],
    ['email', 5, 'it is missing or not an e-mail address: write one such as name@example.com'],
    ['email', 'ada', 'it is missing or not an e-mail address: write one such as name@example.com'],
    ['emailVerified', 'true', 'write true or false'],
    ['displayName', undefined, 'it is missing: write the name by which others know this person'],
    ['displayName', ' ', '`displayName` must not be empty.'],
    ['roles', 'VIEWER', 'write a list of '],
    ['roles', ['VIEWER', 'KING'], 'write a list of '],
    ['status', 'GONE', 'write "ACTIVE" or "DISABLED"'],
    ['disabledReason', 5, 'write a text'],
    ['disabledReason', 'Left.', 'the account is active: leave it out, or write "DISABLED" as `status`'],
    ['createdAt', 5, 'write a moment of the past since 1970 with its zone'],
    ['createdAt', 'yesterday', 'write a moment of the past since 1970 with its zone'],
    ['createdAt', '1969-12-31T23:59:59Z', 'write a moment of the past since 1970 with its zone'],
    ['createdAt', '2026-01-02T03:04:06Z', 'write a moment of the past since 1970 with its zone'],
    ['passwordHash', 5, 'write it as a text, or leave it out'],
    ['passwordHash', 'no hash', ''],
    ['pasword', 'secret', 'there is no such field: leave it out; the fields are email, emailVerified, '],
  ])('is refused for %s: %j', (field, value, message) => {
    expect(read({ ...least, [field]: value })).toEqual([{ field, message: expect.stringContaining(message) }]);
  });

  test('is refused for a reason that is too long', () => {
    expect(read({ ...least, status: 'DISABLED', disabledReason: 'x'.repeat(501) })).toEqual([
      { field: 'disabledReason', message: '`disabledReason` must have at most 500 characters.' },
    ]);
  });

  test('is told of everything that is wrong with it', () => {
    const problems = read({ pasword: 'secret', status: 'GONE' });
    expect(problems).toMatchObject([
      { field: 'pasword' },
      { field: 'email' },
      { field: 'displayName' },
      { field: 'status' },
    ]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  test.each(['[]', 'null', '5', '"text"', '{ not JSON', '[{"email":"ada@example.com"}]'])(
    'is an object: %s',
    (text) => {
      expect(readAccount(text, rules)).toEqual([
        { field: null, message: 'it is not JSON: write one object in each line' },
      ]);
    },
  );

  test('has each name once, in what it holds as well', () => {
    const twice = '{"email":"ada@example.com","displayName":"Ada","displayName":"Eve"}';
    for (const text of [twice, '{"email":"ada@example.com","passwordHash":{"a":1,"a":2}}'])
      expect(readAccount(text, rules)).toEqual([{ field: null, message: 'its JSON is not accepted: repeated name' }]);
  });

  describe('with a salt of its own', () => {
    const firebase = readFirebaseParameters(firebaseParameters);
    const salted = { ...least, passwordHash: 'lSrfV15cpx95', passwordSalt: '42xEC+ixf3L2lw==' };

    test.each([
      [salted, null, 'it has a salt of its own'],
      [{ ...salted, passwordSalt: 5 }, firebase, 'write `passwordSalt`, the salt of Firebase, as a text'],
      [{ ...salted, passwordHash: undefined }, firebase, 'write it as a text, or leave it out'],
      [{ ...salted, passwordSalt: '' }, firebase, ''],
    ])('is refused with the remedy (%j)', (line, parameters, message) => {
      expect(read(line, { firebase: parameters })).toEqual([
        { field: 'passwordHash', message: expect.stringContaining(message) },
      ]);
    });

    test('is hashed as its project does', () => {
      const long = { ...salted, passwordHash: Buffer.alloc(64, 1).toString('base64') };
      expect(read(long, { firebase })).toMatchObject({ passwordHash: expect.stringMatching(/^\$firebase-scrypt\$/) });
    });
  });

  test('with a pepper behind every password is bcrypt', () => {
    const peppered = { isPeppered: true };
    expect(read({ ...least, passwordHash: devise.passwordHash }, peppered)).toMatchObject({
      passwordHash: `$peppered${devise.passwordHash}`,
    });
    const argon2 = foreignPasswords.find(({ passwordHash }) => passwordHash.startsWith('$argon2'))?.passwordHash;
    expect(read({ ...least, passwordHash: argon2 }, peppered)).toEqual([
      { field: 'passwordHash', message: expect.stringContaining('only bcrypt is known with a pepper') },
    ]);
    expect(read({ ...least, passwordHash: argon2 })).toMatchObject({ passwordHash: argon2 });
  });
});

describe('An import', () => {
  const lineOf = (index: number): string => JSON.stringify({ email: `user${index}@example.com`, displayName: 'User' });
  /** Imports a text, half of whose accounts are new. */
  async function run(text: string): Promise<{ tallies: ImportTally[]; batches: number[]; refused: number[] }> {
    const [batches, refused]: [number[], number[]] = [[], []];
    const tallies = await collect(
      importAccounts({
        ...rules,
        source: inChunks(text),
        insert: async (accounts) => (batches.push(accounts.length), Math.ceil(accounts.length / 2)),
        onRefused: (lineNumber) => void refused.push(lineNumber),
      }),
    );
    return { tallies, batches, refused };
  }

  test('tells after each thousand lines how far it is', async () => {
    const text = Array.from({ length: 1_001 }, (_, index) => `${lineOf(index)}\n`).join('');
    const { tallies, batches } = await run(text);
    expect(batches).toEqual([1_000, 1]);
    expect(tallies).toMatchObject([
      { lines: 1_000, created: 500, existing: 500, refused: 0 },
      { lines: 1_001, created: 501, existing: 500, refused: 0, bytesRead: text.length },
    ]);
    expect((await run(text.slice(0, text.lastIndexOf('{')))).batches).toEqual([1_000]);
  });

  test('passes over empty lines, tells of those that it refuses, and writes nothing if none is left', async () => {
    const text = `\n${lineOf(1)}\nno JSON\n \n"${'x'.repeat(70_000)}"\n{}\n${lineOf(2)}`;
    expect(await run(text)).toEqual({
      tallies: [{ lines: 7, bytesRead: text.length, created: 1, existing: 1, refused: 3 }],
      batches: [2],
      // The sixth lacks two fields, and is told of once.
      refused: [3, 5, 6],
    });
    expect(await run('no JSON\n\n')).toEqual({
      tallies: [{ lines: 2, bytesRead: 9, created: 0, existing: 0, refused: 1 }],
      batches: [],
      refused: [1],
    });
    expect((await run('')).tallies).toEqual([]);
  });
});

test('Imported accounts are written in one order, each once, and noted', async () => {
  const { location, drop } = await createTestDatabase();
  const database = await openDatabase(location, entities);
  const accountOf = (name: string, emailVerified: boolean): ImportedAccount => ({
    email: `${name}@example.com`,
    emailVerified,
    displayName: name,
    roles: ['EDITOR'],
    status: 'ACTIVE',
    disabledReason: null,
    createdAt: now,
    passwordHash: null,
  });
  const names = ['delta', 'bravo', 'charlie', 'alpha', 'bravo'];
  const accounts = names.map((name) => accountOf(name, name === 'alpha'));
  const noted: unknown[] = [];
  const deps = {
    fork: database.fork,
    provenance: bySystem(now),
    recorder: { record: (_: unknown, __: unknown, event: object) => void noted.push(event) },
  };
  expect(await countNew(database.fork(), accounts)).toBe(4);
  expect(await insertAccounts(deps, accounts)).toBe(4);
  expect([await countNew(database.fork(), accounts), await insertAccounts(deps, accounts)]).toEqual([0, 0]);
  const written = await database.fork().find(User, {}, { orderBy: { email: 'asc' } });
  expect(written.map(({ email, emailVerifiedAt, emailProvedAt }) => [email, emailVerifiedAt, emailProvedAt])).toEqual([
    ['alpha@example.com', now, now],
    ['bravo@example.com', null, null],
    ['charlie@example.com', null, null],
    ['delta@example.com', null, null],
  ]);
  expect(noted).toEqual(
    written.map(({ id }) => ({ type: 'account.imported', subjectId: id, details: { roles: ['EDITOR'] } })),
  );
  await database.close();
  await drop();
});
