import { audit } from './audit.ts';
import { authorization } from './authorization.ts';
import { graphql } from './graphql.ts';
import { identity } from './identity.ts';
import { limits } from './limits.ts';
import type { Explained } from './in-file.ts';

/** The survivors of `npm run test:mutants` that were looked at: it does not list them again. */
export const explained: readonly Explained[] = [...audit, ...authorization, ...graphql, ...identity, ...limits];
