import { defineEntity, p } from '@mikro-orm/core';
import type { JWK } from 'jose';
import type { TokenAlgorithm } from '../../config/config.ts';
import { base } from '../../database/base.entity.ts';

/** `access`: signs access tokens. `refresh`: the root key from which the keys of refresh tokens are derived. */
export type KeyPurpose = 'access' | 'refresh';
/**
 * `next` is published before it signs; `retiring` signs no more, but what it signed still counts; `retired` is over.
 */
export type KeyState = 'next' | 'active' | 'retiring' | 'retired';

/** The row that is the root of the refresh tokens: there is one in every database, from its first start on. */
export const refreshRoot = { purpose: 'refresh', state: 'active' } as const;

const SigningKeySchema = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_keys',
  uniques: [
    {
      name: 'signing_keys_one_active',
      expression: `create unique index "signing_keys_one_active" on "signing_keys" ("purpose", "algorithm") where "state" = 'active'`,
    },
  ],
  properties: {
    ...base,
    purpose: p.string().length(16).$type<KeyPurpose>(),
    algorithm: p.string().length(16).$type<TokenAlgorithm>(),
    state: p.string().length(16).$type<KeyState>(),
    /** When it stopped signing. */
    signedUntil: p.datetime(3).nullable(),
    /** Null for a symmetric key, which has no public part. */
    publicJwk: p.json<JWK>().nullable(),
    /** The private or secret part, encrypted with the master key. */
    sealedKey: p.text().hidden(),
  },
});

export class SigningKey extends SigningKeySchema.class {}
SigningKeySchema.setClass(SigningKey);
