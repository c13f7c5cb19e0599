import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User, type Role } from '../../users/user.entity.ts';

export type TokenPurpose = 'verification' | 'registration' | 'reset' | 'invitation' | 'email-change' | 'email-revert';

const AccountTokenSchema = defineEntity({
  name: 'AccountToken',
  tableName: 'account_tokens',
  indexes: [{ properties: ['user', 'purpose', 'createdAt'] }, { properties: ['email', 'purpose', 'createdAt'] }],
  properties: {
    ...base,
    purpose: p.string().length(16).$type<TokenPurpose>(),
    /** SHA-256 of the token, hexadecimal: a token has 256 random bits, so that nothing slower is needed. */
    hash: p.string().length(64).unique().hidden(),
    /** The account that the token is about; of an invitation, the inviter. */
    user: () => p.manyToOne(User).deleteRule('cascade').nullable(),
    /** The e-mail to which it was sent: it proves no other. */
    email: p.string().length(320),
    expiresAt: p.datetime(3),
    /** When it was used, or became invalid. */
    endedAt: p.datetime(3).nullable(),
    /** The number of passwords that were tried with it. */
    attempts: p.integer(),
    /** The name of the account that a registration will make. */
    displayName: p.string().length(100).nullable(),
    /** The password of that account; or the one that an account had before its e-mail changed. */
    passwordHash: p.text().nullable().lazy().hidden(),
    /** When its owner had proved the e-mail that an account had before it changed. */
    emailProvedAt: p.datetime(3).nullable(),
    /** The roles that an invitation gives. */
    roles: p.array().$type<Role[]>().columnType('text[]').nullable(),
  },
});

export class AccountToken extends AccountTokenSchema.class {}
AccountTokenSchema.setClass(AccountToken);
