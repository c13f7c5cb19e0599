import { access } from './access.ts';
import { accounts } from './accounts.ts';
import { articles } from './articles.ts';
import { audit } from './audit.ts';
import { authorization } from './authorization.ts';
import { comments } from './comments.ts';
import { config } from './config.ts';
import { doors } from './doors.ts';
import { events } from './events.ts';
import { graphql } from './graphql.ts';
import { http } from './http.ts';
import { identity } from './identity.ts';
import type { Explained } from './in-file.ts';
import { issuers } from './issuers.ts';
import { limits } from './limits.ts';
import { nodes } from './nodes.ts';
import { pages } from './pages.ts';
import { request } from './request.ts';
import { signingKeys } from './signing-keys.ts';
import { users } from './users.ts';

/** The survivors of `npm run test:mutants` that were looked at: it does not list them again. */
export const explained: readonly Explained[] = [
  ...access,
  ...accounts,
  ...articles,
  ...audit,
  ...authorization,
  ...comments,
  ...config,
  ...doors,
  ...events,
  ...graphql,
  ...http,
  ...identity,
  ...issuers,
  ...limits,
  ...nodes,
  ...pages,
  ...request,
  ...signingKeys,
  ...users,
];
