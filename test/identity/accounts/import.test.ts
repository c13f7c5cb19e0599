import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { entities } from '../../../src/app/entities.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { createDeviceTokens } from '../../../src/identity/sign-in/device-token.ts';
import { createPasswords } from '../../../src/identity/sign-in/passwords/passwords.ts';
import { createProveAccount } from '../../../src/identity/sign-in/passwords/prove-account.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { User } from '../../../src/users/user.entity.ts';
import { createUser } from '../../../src/users/users.service.ts';
import { createCommandLine, type CommandLine } from '../../support/command-line.ts';
import { createTestDatabase } from '../../support/database.ts';
import { devise, firebaseParameters, foreignPasswords } from '../../support/foreign-passwords.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const ndjson = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

const emailOf = (origin: string): string => `${origin.replaceAll(/\W/g, '-').toLowerCase()}@example.com`;

const login =
  'mutation ($input: LoginInput!) { login(input: $input) { ... on AuthTokens { user { email emailVerified displayName roles createdAt } } } }';

/** Each would take minutes, or gigabytes, or is so short that it is matched by chance. */
const hostileHashes = [
  '$2b$31$abcdefghijklmnopqrstuuZ0/Np6wnpEpZKqYj9XzXobghV5xdBGG',
  '$scrypt$ln=24,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o',
  '$scrypt$ln=17,r=8,p=16$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o',
  '$pbkdf2-sha256$i=2000000000$MDEyMzQ1Njc4OWFiY2RlZg$tLdr5d3pFJ8uyU1p8hSH7RGNZg8NsGi3ffoUP5MayJE',
  '$pbkdf2-sha1$i=9000000$MDEyMzQ1Njc4OWFiY2RlZg$tLdr5d3pFJ8uyU1p8hSH7RGNZg8NsGi3ffoUP5MayJE',
  '$firebase-scrypt$ln=24,r=8,p=1$42xEC+ixf3L2lwc$GjH2+Jz+dglLjGjH2+Jz+dglLjGjH2+Jz+dglLjGjH2',
  '$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  '$argon2id$v=19$m=65536,t=4000000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFQ',
  'a text that is no hash',
];

interface Row {
  readonly email: string;
  readonly displayName: string;
  readonly roles: string[];
  readonly status: string;
  readonly disabledReason: string | null;
  readonly isVerified: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly passwordHash: string | null;
  /** How often the audit log says that it was imported. */
  readonly timesRecorded: number;
  readonly id: string;
}

/** The accounts of a domain as they are, by e-mail. */
async function readUsers({ location }: CommandLine, domain: string): Promise<Row[]> {
  const database = await openDatabase(location, entities);
  try {
    return await database.orm.em.getConnection().execute<Row[]>(
      `select id, email, display_name as "displayName", roles, status, disabled_reason as "disabledReason",
                email_verified_at is not null as "isVerified",
                extract(epoch from created_at)::float8 * 1000 as "createdAt",
                password_hash as "passwordHash",
                (select count(*)::int from audit_events where type = 'account.imported' and subject_id = users.id)
                  as "timesRecorded" from users
          where email like ? order by email collate "C"`,
      [`%@${domain}`],
    );
  } finally {
    await database.close();
  }
}

describe('Passwords of other systems:', () => {
  // More than what bcrypt reads.
  const long = { email: 'long@example.com', password: '0123456789'.repeat(8) };
  let commandLine: CommandLine;
  let server: TestServer;

  beforeAll(async () => {
    commandLine = await createCommandLine({ PASSWORD_PEPPER: devise.pepper });
    const accounts = foreignPasswords.map(({ origin, passwordHash, passwordSalt }) => ({
      email: emailOf(origin),
      displayName: origin,
      passwordHash,
      passwordSalt,
    }));
    const longHash = '$2b$05$abcdefghijklmnopqrstuuLkMZtUsVwf9Ptg/wgiNv8ZhtnAHnix.';
    commandLine.write(
      'accounts.ndjson',
      ndjson([...accounts, { email: long.email, displayName: 'Long', passwordHash: longHash }]),
    );
    commandLine.write('firebase.txt', firebaseParameters);
    const imported = await commandLine.run(
      'users',
      'import',
      'accounts.ndjson',
      '--firebase-parameters',
      'firebase.txt',
    );
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining(`${accounts.length + 1} new, 0 had`) });
    const ofDevise = { email: 'devise@example.com', displayName: 'Devise', passwordHash: devise.passwordHash };
    const notBcrypt = { ...accounts.find(({ passwordHash }) => passwordHash.startsWith('$argon2')), email: 'no@x.org' };
    commandLine.write('devise.ndjson', ndjson([ofDevise, notBcrypt]));
    expect(await commandLine.run('users', 'import', 'devise.ndjson', '--peppered')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('1 new, 0 had an account, 1 refused'),
      stderr: expect.stringContaining('line 2, passwordHash: only bcrypt is known with a pepper'),
    });
    server = await startServer({ DEMO: 'off', PASSWORD_PEPPER: devise.pepper }, commandLine.location);
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    await commandLine.remove();
  });

  const hashOf = async (email: string): Promise<string | null> => {
    const [row] = await server.database.orm.em
      .getConnection()
      .execute<[{ password_hash: string | null }]>('select password_hash from users where email = ?', [email]);
    return row.password_hash;
  };

  test.each(foreignPasswords.map(({ origin, password }) => ({ origin, password })))(
    'one of $origin signs in, and is ours from then on',
    async ({ origin, password }) => {
      const email = emailOf(origin);
      expect(await server.refusal(login, { input: { email, password: `${password}.` } })).toBe('INVALID_CREDENTIALS');
      expect(await hashOf(email)).not.toMatch(/^\$argon2id\$v=19\$m=1024,/);
      await server.get(login, { input: { email, password } });
      expect(await hashOf(email)).toMatch(/^\$argon2id\$v=19\$m=1024,/);
      await server.get(login, { input: { email, password } });
      expect(await server.refusal(login, { input: { email, password: `${password}.` } })).toBe('INVALID_CREDENTIALS');
    },
  );

  test('one of which bcrypt read the beginning alone signs in, and stays until it is changed', async () => {
    await server.get(login, { input: long });
    await server.get(login, { input: { ...long, password: `${long.password.slice(0, 72)} typed wrongly` } });
    await server.get(login, { input: long });
    expect(await hashOf(long.email)).toMatch(/^\$2b\$05\$/);
  });

  test('one that Devise peppered signs in, and is ours from then on', async () => {
    const input = { email: 'devise@example.com', password: devise.password };
    expect(await hashOf(input.email)).toBe(`$peppered${devise.passwordHash}`);
    expect(await server.refusal(login, { input: { ...input, password: `${devise.password}.` } })).toBe(
      'INVALID_CREDENTIALS',
    );
    await server.get(login, { input });
    expect(await hashOf(input.email)).toMatch(/^\$argon2id\$v=19\$m=1024,/);
  });

  test('the signer key of a Firebase project is nowhere in the database', async () => {
    const [, key = ''] = /signer_key: (\S+),/.exec(firebaseParameters) ?? [];
    const bytes = Buffer.from(key, 'base64');
    const rows = await server.database.orm.em
      .getConnection()
      .execute<Array<{ row: string }>>(
        'select users::text as row from users union all select signing_keys::text from signing_keys',
      );
    const told = rows.map(({ row }) => row).join('\n');
    expect(told).toContain('$');
    for (const spelling of ['base64', 'base64url', 'hex'] as const)
      expect(told).not.toContain(bytes.toString(spelling).slice(0, 16));
  });

  test.each(hostileHashes.map((hash, index) => ({ hash, origin: foreignPasswords[index]?.origin ?? '' })))(
    'a row with $hash matches no password',
    async ({ hash, origin }) => {
      const email = emailOf(origin);
      await server.database.orm.em
        .getConnection()
        .execute('update users set password_hash = ? where email = ?', [hash, email], 'run');
      expect(await server.refusal(login, { input: { email, password: 'password' } })).toBe('INVALID_CREDENTIALS');
      expect(await hashOf(email)).toBe(hash);
    },
  );
});

describe('An import', () => {
  let commandLine: CommandLine;
  beforeAll(async () => {
    commandLine = await createCommandLine();
  });
  afterAll(() => commandLine.remove());

  const ada = {
    email: ' Ada@Example.com ',
    displayName: 'Ada',
    emailVerified: true,
    roles: ['EDITOR', 'MODERATOR'],
    createdAt: '2020-01-31T13:00:00+01:00',
    passwordHash: foreignPasswords[0]?.passwordHash,
  };
  const bob = { email: 'bob@example.com', displayName: 'Bob', status: 'DISABLED', disabledReason: 'Left.' };

  test('brings in all that the file says, and nothing of it twice', async () => {
    commandLine.write('accounts.ndjson', `\uFEFF${ndjson([ada, bob])}\r\n`);
    expect(await commandLine.run('users', 'import', 'accounts.ndjson', '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 new'),
    });
    expect(await readUsers(commandLine, 'example.com')).toEqual([]);
    expect((await commandLine.run('users', 'import', 'accounts.ndjson')).code).toBe(0);
    const written = await readUsers(commandLine, 'example.com');
    expect(written).toMatchObject([
      {
        email: 'ada@example.com',
        displayName: 'Ada',
        roles: ['EDITOR', 'MODERATOR'],
        status: 'ACTIVE',
        isVerified: true,
        timesRecorded: 1,
        createdAt: Date.parse('2020-01-31T12:00:00Z'),
        passwordHash: ada.passwordHash,
      },
      {
        email: 'bob@example.com',
        roles: ['VIEWER'],
        status: 'DISABLED',
        disabledReason: 'Left.',
        isVerified: false,
        passwordHash: null,
      },
    ]);
    // Ids follow the age of accounts: newest first, Bob stands before Ada.
    expect(written.map(({ id }) => id).toSorted()).toEqual(written.map(({ id }) => id));

    commandLine.write(
      'again.ndjson',
      ndjson([{ ...ada, displayName: 'Somebody else', roles: ['ADMIN'] }, bob, { ...bob, email: 'BOB@example.com' }]),
    );
    const again = await commandLine.run('users', 'import', 'again.ndjson');
    expect(again).toMatchObject({ code: 0, stdout: '3 lines: 0 new, 3 had an account, 0 refused.\n' });
    expect(await readUsers(commandLine, 'example.com')).toEqual(written);
  }, 120_000);

  test('tells what is wrong with a line by number, field and remedy, and brings in the others', async () => {
    const lines: unknown[] = [
      { ...ada, email: 'ada@lines.test' },
      { ...bob, email: 'no e-mail' },
      { ...bob, roles: ['KING'] },
      { ...bob, displayName: '', createdAt: '2999-01-01T00:00:00Z' },
      { ...bob, status: 'GONE', emailVerified: 'yes' },
      { ...bob, pasword: 'secret' },
      { ...bob, passwordHash: 'lSrfV15cpx95', passwordSalt: '42xEC+ixf3L2lw==' },
      ['no object'],
      { ...bob, email: 'bob@lines.test' },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    commandLine.write('accounts.ndjson', `${text}\n{ not JSON\n\n"${'x'.repeat(100_000)}"\n`);
    const { code, stdout, stderr } = await commandLine.run('users', 'import', 'accounts.ndjson');
    expect(code).toBe(2);
    expect(stdout).toBe('12 lines: 2 new, 0 had an account, 9 refused.\n');
    const told = stderr.split('\n').filter((line) => line.startsWith('line '));
    expect(told.map((line) => line.split(':')[0])).toEqual([
      'line 2, email',
      'line 3, roles',
      'line 4, displayName',
      'line 4, createdAt',
      'line 5, emailVerified',
      'line 5, status',
      'line 6, pasword',
      'line 7, passwordHash',
      'line 8',
      'line 10',
      'line 12',
    ]);
    expect(stderr).not.toContain('secret');
    expect((await readUsers(commandLine, 'lines.test')).map(({ email }) => email)).toEqual([
      'ada@lines.test',
      'bob@lines.test',
    ]);
  }, 120_000);

  test('refuses hashes that must not be computed, and shows none of them', async () => {
    commandLine.write(
      'accounts.ndjson',
      ndjson(hostileHashes.map((passwordHash) => ({ email: 'eve@example.com', displayName: 'Eve', passwordHash }))),
    );
    const { code, stderr } = await commandLine.run('users', 'import', 'accounts.ndjson');
    expect(code).toBe(2);
    expect(stderr.match(/^line \d+, passwordHash: /gm)).toHaveLength(hostileHashes.length);
    for (const hash of hostileHashes) expect(stderr).not.toContain(hash.slice(-20));
  }, 120_000);

  test('with a pepper needs to be told which', async () => {
    commandLine.write('peppered.ndjson', ndjson([{ ...bob, passwordHash: devise.passwordHash }]));
    const { code, stderr } = await commandLine.run('users', 'import', 'peppered.ndjson', '--peppered');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Set PASSWORD_PEPPER')]);
  });

  test('of a file that is not there says so in a line, and which', async () => {
    const { code, stdout, stderr } = await commandLine.run('users', 'import', 'gone.ndjson');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ENOENT: .*'gone\.ndjson'\n$/);
  });

  test('that was killed in the middle goes on where it was, and nothing is doubled or lost', async () => {
    const accounts = Array.from({ length: 3_500 }, (_, index) => ({
      email: `user${index}@killed.test`,
      displayName: `User ${index}`,
      createdAt: new Date(1_600_000_000_000 + index * 1_000).toISOString(),
      passwordHash: foreignPasswords[1]?.passwordHash,
    }));
    const child = commandLine.start('users', 'import', '-');
    child.stdin.on('error', () => undefined);
    child.stdin.write(ndjson(accounts.slice(0, 2_500)));
    const exited = once(child, 'exit');
    let told = '';
    for await (const chunk of child.stderr) {
      told += String(chunk);
      if (told.includes('1000 lines')) child.kill('SIGKILL');
    }
    await exited;
    expect(told).toContain('1000 new');
    const halfway = await readUsers(commandLine, 'killed.test');
    expect([1_000, 2_000]).toContain(halfway.length);

    commandLine.write('accounts.ndjson', ndjson(accounts));
    const { code, stdout } = await commandLine.run('users', 'import', 'accounts.ndjson');
    expect(code).toBe(0);
    expect(stdout).toBe(`3500 lines: ${3_500 - halfway.length} new, ${halfway.length} had an account, 0 refused.\n`);
    const written = await readUsers(commandLine, 'killed.test');
    const found = written.map(({ email, displayName, createdAt, passwordHash }) => ({
      email,
      displayName,
      createdAt: new Date(createdAt).toISOString(),
      passwordHash,
    }));
    expect(found).toEqual(accounts.toSorted((one, other) => (one.email < other.email ? -1 : 1)));
    expect(written.filter(({ timesRecorded }) => timesRecorded !== 1)).toEqual([]);
    const ids = new Map(written.map(({ email, id }) => [email, id]));
    expect(halfway.filter(({ email, id }) => ids.get(email) !== id)).toEqual([]);
  }, 120_000);

  test('ends by Ctrl-C after the batch that is being written, and says how to go on', async () => {
    const accounts = Array.from({ length: 2_500 }, (_, index) => ({
      email: `user${index}@interrupted.test`,
      displayName: 'User',
    }));
    const child = commandLine.start('users', 'import', '-');
    child.stdin.on('error', () => undefined);
    child.stdin.write(ndjson(accounts.slice(0, 1_500)));
    let [told, said] = ['', ''];
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    child.stderr.on('data', (chunk) => {
      told += String(chunk);
      if (!told.includes('1000 lines')) return;
      child.kill('SIGINT');
      child.stdin.write(ndjson(accounts.slice(1_500)));
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
    expect(said).toMatch(/ new, .*\.\nInterrupted: run the same again/);
  }, 120_000);
});

describe('A hash that is renewed', () => {
  test('takes the place of no password that was changed in the meantime', async () => {
    const { location, drop } = await createTestDatabase();
    const database = await openDatabase(location, entities);
    const [em, now] = [database.fork(), new Date()];
    const weak = createPasswords({ memoryKib: 1024, time: 1, parallelism: 1, concurrency: 1, contextWords: [] });
    const strong = createPasswords({ memoryKib: 1024, time: 2, parallelism: 1, concurrency: 1, contextWords: [] });
    const passwordHash = await weak.hash('the old password', { ipAddress: null });
    const ada = { email: 'ada@example.com', displayName: 'Ada', passwordHash };
    const { id, email } = await createUser(em, now, ada, async () => undefined);
    const changed = await weak.hash('the new password', { ipAddress: null });
    const proveAccount = createProveAccount({
      deviceTokens: createDeviceTokens(randomBytes(32)),
      recorder: { note: async () => null },
      // The change comes while the hash is being computed, at the worst of moments.
      passwords: {
        ...strong,
        async hash(password) {
          await database.fork().nativeUpdate(User, { id }, { passwordHash: changed });
          return strong.hash(password, { ipAddress: null });
        },
      },
      verifyPassword: (_, __, hash, password) => strong.verify(hash, password, { ipAddress: null }),
    });
    const context = { em: database.fork(), now, ipAddress: '127.0.0.1' } as RequestContext;
    await proveAccount(context, { email, password: 'the old password' });
    const stored = await database.fork().findOneOrFail(User, id, { populate: ['passwordHash'] });
    expect(stored.passwordHash).toBe(changed);
    await database.close();
    await drop();
  });
});
