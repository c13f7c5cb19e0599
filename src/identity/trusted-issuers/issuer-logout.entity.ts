import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';

const IssuerLogoutSchema = defineEntity({
  name: 'IssuerLogout',
  tableName: 'issuer_logouts',
  properties: {
    ...base,
    issuer: p.string().length(2000),
    /** Tokens issued until then have ended; null: all of them. */
    endedUntil: p.datetime(3).nullable(),
    /** When no token that it ends can be alive any more. */
    expiresAt: p.datetime(3),
  },
});

/** A logout that a trusted issuer told. Its id is computed of the issuer and the session or subject. */
export class IssuerLogout extends IssuerLogoutSchema.class {}
IssuerLogoutSchema.setClass(IssuerLogout);
