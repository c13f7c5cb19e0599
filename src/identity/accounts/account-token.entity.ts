import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User, type Role } from '../../users/user.entity.ts';

export type TokenPurpose = 'verification' | 'registration' | 'reset' | 'invitation' | 'email-change';

const AccountTokenSchema = defineEntity({
  name: 'AccountToken',
  tableName: 'account_tokens',
  indexes: [{ properties: ['user', 'purpose', 'createdAt'] }, { properties: ['email', 'purpose', 'createdAt'] }],
  properties: {
    ...base,
    purpose: p.string().length(16).$type<TokenPurpose>(),
    /** SHA-256 of the token, hexadecimal: a token has 256 random bits, so that nothing slower is needed. */
    hash: p.string().length(64).unique().hidden(),
    /** Whose account it is about; of an invitation, who invited. */
    user: () => p.manyToOne(User).deleteRule('cascade').nullable(),
    /** The address it was sent to: it proves no other. */
    email: p.string().length(320),
    expiresAt: p.datetime(3),
    /** When it was used, or lost its worth. */
    endedAt: p.datetime(3).nullable(),
    /** How often a password was tried with it. */
    attempts: p.integer(),
    /** What a registration waits for: an account by this name with this password. */
    displayName: p.string().length(100).nullable(),
    passwordHash: p.text().nullable().lazy().hidden(),
    /** What an invitation gives. */
    roles: p.array().$type<Role[]>().columnType('text[]').nullable(),
  },
});

export class AccountToken extends AccountTokenSchema.class {}
AccountTokenSchema.setClass(AccountToken);
