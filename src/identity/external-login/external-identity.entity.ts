import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const ExternalIdentitySchema = defineEntity({
  name: 'ExternalIdentity',
  tableName: 'external_identities',
  uniques: [{ properties: ['provider', 'issuer', 'subject'] }],
  properties: {
    ...base,
    user: () => p.manyToOne(User).deleteRule('cascade').index(),
    /** The name of the provider in OIDC_PROVIDERS. */
    provider: p.string().length(32),
    /**
     * The issuer that spoke for the subject: a provider that is set to another issuer knows no subject of the former.
     */
    issuer: p.string().length(255),
    subject: p.string().length(255),
    /** The provider's tokens, sealed; null unless `keepTokens` is set. */
    sealedTokens: p.text().nullable().lazy().hidden(),
  },
});

/** A person as a provider knows it, who may sign in to an account here. */
export class ExternalIdentity extends ExternalIdentitySchema.class {}
ExternalIdentitySchema.setClass(ExternalIdentity);
