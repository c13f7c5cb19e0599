import { inFile, type Explained } from './in-file.ts';

export const accounts: readonly Explained[] = [
  ...inFile('src/identity/accounts/closing.service.ts', {
    'a hint to other nodes, which may be lost: the sessions that end and the keys that are revoked tell the same': [
      ["publishEvent(tx, { kind: 'account-changed', userId: user.id });", ';'],
    ],
  }),
  ...inFile('src/identity/accounts/email-change.service.ts', {
    'a link of this kind has an account, which is locked before the link is used: the other case is there for the types':
      [
        ["if (account === null) throw invalidToken('token');", "if (false) throw invalidToken('token');"],
        [
          'const account = token.user == null ? null : await lockAccount(tx, { id: token.user.id });',
          'const account = (await lockAccount(tx, { id: token.user.id }));',
        ],
      ],
    'what was read is null if there is nothing: the other case is there for the types': [
      ['account.emailProvedAt = token.emailProvedAt ?? null;', 'account.emailProvedAt = token.emailProvedAt;'],
      ['account.passwordHash = token.passwordHash ?? null;', 'account.passwordHash = token.passwordHash;'],
    ],
    'a hint to other nodes, which may be lost: the sessions that end and the keys that are revoked tell the same': [
      ["publishEvent(tx, { kind: 'account-changed', userId: id });", ';'],
    ],
    'no other error of the database can be made to come here': [
      ['if (!(error instanceof UniqueConstraintViolationException)) throw error;', 'if (false) throw error;'],
    ],
  }),
  ...inFile('src/identity/accounts/first-proof.ts', {
    'a hint to other nodes, which may be lost: the sessions that end and the keys that are revoked tell the same': [
      ["publishEvent(tx, { kind: 'account-changed', userId: id });", ';'],
    ],
  }),
  ...inFile('src/identity/accounts/import/import-accounts.ts', {
    'a batch has a line: the other case is there for the types': [
      [
        'const { number, bytesRead } = batch.at(-1) ?? { number: 0, bytesRead: 0 };',
        'const { number, bytesRead } = batch.at(-1);',
      ],
      [
        'const { number, bytesRead } = batch.at(-1) ?? { number: 0, bytesRead: 0 };',
        'const { number, bytesRead } = batch.at(-1) ?? { number: 1, bytesRead: 0 };',
      ],
      [
        'const { number, bytesRead } = batch.at(-1) ?? { number: 0, bytesRead: 0 };',
        'const { number, bytesRead } = batch.at(-1) ?? { number: 0, bytesRead: 1 };',
      ],
    ],
  }),
  ...inFile('src/identity/accounts/import/imported-account.ts', {
    'no other error comes here: one would be a fault of our own': [
      ['if (!(error instanceof AppError)) throw error;', 'if (false) throw error;'],
      ['if (error instanceof UnfitHashError) throw unfit(error.message);', 'if (true) throw unfit(error.message);'],
    ],
  }),
  ...inFile('src/identity/accounts/import/insert-accounts.ts', {
    'two accounts of one e-mail may stand in any order, and a comparison has no size': [
      [
        'accounts.toSorted((one, other) => (one.email < other.email ? -1 : Number(one.email > other.email)));',
        'accounts.toSorted((one, other) => (one.email <= other.email ? -1 : Number(one.email > other.email)));',
      ],
      [
        'accounts.toSorted((one, other) => (one.email < other.email ? -1 : Number(one.email > other.email)));',
        'accounts.toSorted((one, other) => (one.email < other.email ? -2 : Number(one.email > other.email)));',
      ],
      [
        'accounts.toSorted((one, other) => (one.email < other.email ? -1 : Number(one.email > other.email)));',
        'accounts.toSorted((one, other) => (one.email < other.email ? -1 : Number(one.email >= other.email)));',
      ],
    ],
  }),
  ...inFile('src/identity/accounts/import/read-lines.ts', {
    'what is too long is only kept in memory, and not read': [
      ['if (partBytes <= maxLineBytes) parts.push(part);', 'if (true) parts.push(part);'],
    ],
  }),
  ...inFile('src/identity/accounts/invitations.service.ts', {
    'an id that is undefined is that of no account either': [
      [
        'const inviter = inviterId === undefined ? null : await lockAccount(tx, { id: inviterId });',
        'const inviter = (await lockAccount(tx, { id: inviterId }));',
      ],
    ],
    'an invitation has roles: the other case is there for the types': [
      ['const roles = token.roles ?? [];', 'const roles = token.roles;'],
    ],
  }),
  ...inFile('src/identity/accounts/password-reset.service.ts', {
    'an id that is undefined is that of no account either': [
      [
        'const account = await lockAccount(tx, { id: user?.id ?? null, email });',
        'const account = await lockAccount(tx, { id: user?.id, email });',
      ],
    ],
    'a hint to other nodes, which may be lost: the sessions that end and the keys that are revoked tell the same': [
      ["publishEvent(tx, { kind: 'account-changed', userId: account.id });", ';'],
    ],
  }),
  ...inFile('src/identity/accounts/registration.service.ts', {
    'a link to confirm a registration has both: the other case is there for the types': [
      [
        "if (displayName == null || passwordHash == null) throw invalidToken('token');",
        "if (false) throw invalidToken('token');",
      ],
      [
        "if (displayName == null || passwordHash == null) throw invalidToken('token');",
        "if (displayName == null) throw invalidToken('token');",
      ],
    ],
  }),
];
