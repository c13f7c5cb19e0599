import { createRights } from '../../src/access/rights-of-roles.ts';
import { roles } from '../../src/access/roles.ts';

const rightsOf = createRights(roles);

/** The scopes of a role, as tokens list them. */
export const scopesOf = (role: keyof typeof roles): readonly string[] => rightsOf([role], null).scopes;
