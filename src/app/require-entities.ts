import type { MetadataStorage } from '@mikro-orm/core';
import { StartError } from '../errors.ts';

/**
 * Requires that each type with a policy has an entity class of the same name: by that name the guard of writes, filters
 * and row-level security know whose rows they have before them.
 * @throws StartError listing the types whose rows would be written unguarded.
 */
export function requireEntities(policies: ReadonlyArray<{ readonly type: string }>, metadata: MetadataStorage): void {
  const missing = policies.flatMap(({ type }) => (metadata.getByClassName(type, false) === undefined ? [type] : []));
  if (missing.length === 0) return;
  throw new StartError(
    `There are policies of ${missing.join(', ')}, and no entity of that name, whose rows the guard of writes would ask about: call the class of the entity as the type of the schema is called.`,
  );
}
