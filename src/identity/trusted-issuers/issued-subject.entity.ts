import { defineEntity, p } from '@mikro-orm/core';
import { base } from '../../database/base.entity.ts';
import { User } from '../../users/user.entity.ts';

const IssuedSubjectSchema = defineEntity({
  name: 'IssuedSubject',
  tableName: 'issued_subjects',
  properties: {
    ...base,
    issuer: p.string().length(2000),
    user: () => p.manyToOne(User).deleteRule('cascade').index(),
  },
});

/**
 * A subject of a trusted issuer that became a user. Its id is computed of the issuer and `sub`: neither is looked up.
 */
export class IssuedSubject extends IssuedSubjectSchema.class {}
IssuedSubjectSchema.setClass(IssuedSubject);
