import { accessFeature } from '../access/access.feature.ts';
import { articlesFeature } from '../articles/articles.feature.ts';
import { auditFeature } from '../audit/audit.feature.ts';
import { commentsFeature } from '../comments/comments.feature.ts';
import type { Feature } from '../feature/feature.ts';
import { accountsFeature } from '../identity/accounts/accounts.feature.ts';
import { apiKeysFeature } from '../identity/api-keys/api-keys.feature.ts';
import { emailCodesFeature } from '../identity/email-codes/email-codes.feature.ts';
import { externalLoginFeature } from '../identity/external-login/external-login.feature.ts';
import { passkeysFeature } from '../identity/passkeys/passkeys.feature.ts';
import { secondFactorsFeature } from '../identity/second-factors/second-factors.feature.ts';
import { sessionsFeature } from '../identity/sessions/sessions.feature.ts';
import { signInFeature } from '../identity/sign-in/sign-in.feature.ts';
import { signingKeysFeature, type SigningKeysJobDeps } from '../identity/signing-keys/signing-keys.feature.ts';
import { trustedIssuersFeature } from '../identity/trusted-issuers/trusted-issuers.feature.ts';
import { nodesFeature } from '../nodes/nodes.feature.ts';
import { systemFeature } from '../system/system.feature.ts';
import { usersFeature } from '../users/users.feature.ts';
import type { Services } from './services.ts';

/**
 * Every feature. A team adds its own here; tables, policies, `node`, `search`, jobs and resolvers derive from the list.
 */
const list = [
  usersFeature,
  sessionsFeature,
  signInFeature,
  accountsFeature,
  secondFactorsFeature,
  passkeysFeature,
  emailCodesFeature,
  externalLoginFeature,
  apiKeysFeature,
  signingKeysFeature,
  trustedIssuersFeature,
  auditFeature,
  systemFeature,
  nodesFeature,
  accessFeature,
  articlesFeature,
  commentsFeature,
] as const;

export const features: ReadonlyArray<Feature<Services, SigningKeysJobDeps>> = list;

type WithPolicies = Extract<(typeof list)[number], { readonly policies: readonly unknown[] }>;
/** The policies of all features, with the names of their types and actions. */
export type FeaturePolicy = WithPolicies['policies'][number];
