import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const RecoveryCodeSchema = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_codes',
  uniques: [{ properties: ['user', 'hash'] }],
  properties: {
    ...base,
    user: () => p.manyToOne(User).deleteRule('cascade'),
    /** A keyed hash (HMAC-SHA256, hexadecimal): a stolen table alone does not let a thief try codes out. */
    hash: p.string().length(64).hidden(),
    usedAt: p.datetime(3).nullable(),
  },
});

/** One of the codes that stand in for a lost second factor. */
export class RecoveryCode extends RecoveryCodeSchema.class {}
RecoveryCodeSchema.setClass(RecoveryCode);
