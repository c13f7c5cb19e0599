import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import type { RowOf } from '../../database/rows/row.ts';
import { User } from '../../users/user.entity.ts';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  indexes: [{ properties: ['owner', 'revokedAt'] }],
  properties: {
    ...base,
    owner: () => p.manyToOne(User).deleteRule('cascade'),
    name: p.string().length(100),
    /** SHA-256 of the whole key: 256 random bits need no slow hash (OWASP ASVS 2.9, high-entropy secrets). */
    secretHash: p.blob().lazy().hidden(),
    /** The most that the key may do; its rights now are these within its owner's rights of now. */
    scopes: p.array().$type<string[]>().columnType('text[]'),
    /** IP addresses and CIDR ranges from which the key counts; none means anywhere. */
    networks: p.array().$type<string[]>().columnType('text[]'),
    expiresAt: p.datetime(3).nullable(),
    /** Exact to the minute, since not every request writes. */
    lastUsedAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
  },
});

export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);

export type ApiKeyRow = RowOf<ApiKey>;
