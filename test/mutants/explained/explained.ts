import { audit } from './audit.ts';
import { authorization } from './authorization.ts';
import { graphql } from './graphql.ts';
import { http } from './http.ts';
import { identity } from './identity.ts';
import type { Explained } from './in-file.ts';
import { issuers } from './issuers.ts';
import { limits } from './limits.ts';

/** The survivors of `npm run test:mutants` that were looked at: it does not list them again. */
export const explained: readonly Explained[] = [
  ...audit,
  ...authorization,
  ...graphql,
  ...http,
  ...identity,
  ...issuers,
  ...limits,
];
