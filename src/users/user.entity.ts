import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../database/base.entity.ts';
import type { RowOf } from '../database/rows/row.ts';

export const knownRoles = ['VIEWER', 'EDITOR', 'MODERATOR', 'ADMIN'] as const;
export type Role = (typeof knownRoles)[number];
export type UserStatus = 'ACTIVE' | 'DISABLED';

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  indexes: [
    {
      // Every change of a user holds all administrators: a few of however many users.
      name: 'users_administrators_index',
      expression: `create index "users_administrators_index" on "users" ("id") where "roles" @> '{ADMIN}'`,
    },
  ],
  properties: {
    ...base,
    /** Normalised: trimmed, NFKC, lower case. */
    email: p.string().length(320).unique(),
    emailVerifiedAt: p.datetime(3).nullable(),
    /**
     * When the owner proved the mailbox by a mail of ours; null while a provider or another issuer alone vouches for
     * the e-mail.
     */
    emailProvedAt: p.datetime(3).nullable(),
    displayName: p.string().length(100),
    roles: p.array().$type<Role[]>().columnType('text[]'),
    status: p.string().length(16).$type<UserStatus>(),
    /** The reason why an administrator disabled the account, for the next administrator to read. */
    disabledReason: p.string().length(500).nullable(),
    /** When its owner closed the account; it is disabled for good, and only its id is left of the person. */
    closedAt: p.datetime(3).nullable(),
    /** A PHC string; null for an account that has no password. */
    passwordHash: p.text().nullable().lazy().hidden(),
    /** Raised to end everything that was issued to this account before: tokens carry it as `ver`. */
    credentialVersion: p.integer(),
    /** The names of the second factors that the account has; each factor writes its own. */
    secondFactors: p
      .array()
      .$type<string[]>()
      .columnType('text[]')
      .defaultRaw(`'{}'`)
      .onCreate(() => []),
  },
});

export class User extends UserSchema.class {}
UserSchema.setClass(User);

export type UserRow = RowOf<User>;
