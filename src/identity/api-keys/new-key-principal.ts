import type { Principal } from '../../authorization/index.ts';

/** Describes a principal below the field by which it makes a key: it is shown that key, whatever else it may see. */
export const withNewKey = <P extends Principal>(principal: P, newKeyId: string): P & { readonly newKeyId: string } => ({
  ...principal,
  newKeyId,
});

/** Returns the id of the key that is made by the field above; undefined anywhere else. */
export const newKeyIdOf = (principal: Principal): string | undefined =>
  'newKeyId' in principal && typeof principal.newKeyId === 'string' ? principal.newKeyId : undefined;
