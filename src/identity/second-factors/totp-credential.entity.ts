import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const TotpCredentialSchema = defineEntity({
  name: 'TotpCredential',
  tableName: 'totp_credentials',
  properties: {
    /** `createdAt` is when the present secret was confirmed, or the first enrolment began. */
    ...base,
    user: () => p.manyToOne(User).deleteRule('cascade').unique(),
    /** The secret of the confirmed authenticator, sealed; null until the first enrolment is confirmed. */
    sealedSecret: p.text().nullable().hidden(),
    /** The last time step whose code was accepted: no code of it or of an earlier one is accepted again. */
    lastStep: p.integer().nullable(),
    /** The secret of an enrolment that waits for its first code, sealed; the confirmed one stands until then. */
    pendingSecret: p.text().nullable().hidden(),
    pendingAt: p.datetime(3).nullable(),
    /** The factors that the account had when the enrolment began: if they change meanwhile, it must begin again. */
    pendingFactors: p.array().$type<string[]>().columnType('text[]').nullable(),
  },
});

/** The authenticator app of an account. */
export class TotpCredential extends TotpCredentialSchema.class {}
TotpCredentialSchema.setClass(TotpCredential);
