import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const PendingEmailLoginSchema = defineEntity({
  name: 'PendingEmailLogin',
  tableName: 'email_logins',
  properties: {
    ...base,
    /** SHA-256 of the handle, hexadecimal: it has 256 random bits, so that nothing slower is needed. */
    handleHash: p.string().length(64).unique().hidden(),
    /** SHA-256 of handle and code: without the handle, which is nowhere stored, the code cannot be tried out. */
    codeHash: p.string().length(64).hidden(),
    /** SHA-256 of handle and token. */
    tokenHash: p.string().length(64).hidden(),
    /** Normalised; empty if it can be no e-mail. */
    email: p.string().length(320),
    /** The account to which the mail was sent; null if none was: no code is right then. */
    user: () => p.manyToOne(User).deleteRule('cascade').nullable().index(),
    /** The account's version when the mail was sent: a raised one ends the sign-in. */
    credentialVersion: p.integer().nullable(),
    attempts: p.integer(),
    expiresAt: p.datetime(3),
    endedAt: p.datetime(3).nullable(),
  },
});

/** A sign-in that waits for the code of a mail. There is a row for every e-mail, whether or not it has an account. */
export class PendingEmailLogin extends PendingEmailLoginSchema.class {}
PendingEmailLoginSchema.setClass(PendingEmailLogin);
