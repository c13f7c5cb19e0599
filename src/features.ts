import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import { createAccessResolvers } from './access/access.resolvers.ts';
import type { Announce } from './announcements/announce.ts';
import type { Feed } from './announcements/feed.ts';
import { createArticleResolvers } from './articles/articles.resolvers.ts';
import { articleById, createArticles } from './articles/articles.service.ts';
import { auditResolvers } from './audit/audit.resolvers.ts';
import { eventById, eventKey } from './audit/audit.service.ts';
import type { BoundPolicies } from './authorization/index.ts';
import { createCommentResolvers } from './comments/comments.resolvers.ts';
import { commentById, createComments } from './comments/comments.service.ts';
import type { Config } from './config.ts';
import { DateTime } from './graphql/date-time.ts';
import { JSONValue } from './graphql/json.ts';
import { createAccountChangesResolvers } from './identity/accounts/account-changes.resolvers.ts';
import type { AccountMail } from './identity/accounts/account-mail.ts';
import { createAccountResolvers } from './identity/accounts/accounts.resolvers.ts';
import { createAccounts, type Accounts } from './identity/accounts/accounts.service.ts';
import { createAdministrationResolvers } from './identity/accounts/administration.resolvers.ts';
import { createAdministration } from './identity/accounts/administration.service.ts';
import { createClosing } from './identity/accounts/closing.service.ts';
import { createEmailChange } from './identity/accounts/email-change.service.ts';
import { createInvitations } from './identity/accounts/invitations.service.ts';
import { createPasswordReset } from './identity/accounts/password-reset.service.ts';
import { createRegistration } from './identity/accounts/registration.service.ts';
import { createVerification } from './identity/accounts/verification.service.ts';
import { signInBudget } from './identity/accounts/verify-password.ts';
import { isKeyGood } from './identity/api-keys/api-key-tokens.ts';
import { createApiKeyResolvers } from './identity/api-keys/api-keys.resolvers.ts';
import { apiKeyById, createApiKeys, type ApiKeys } from './identity/api-keys/api-keys.service.ts';
import { isSessionCounted } from './identity/sessions/living-session.ts';
import { createSessionResolvers, sessionById } from './identity/sessions/sessions.resolvers.ts';
import type { CreateLimiter } from './limits/limiter.ts';
import { createSearches } from './limits/searches.ts';
import { createNodeResolvers } from './nodes/nodes.resolvers.ts';
import { createNodes, type Nodes } from './nodes/nodes.service.ts';
import type { Recorder } from './record.ts';
import { createUserResolvers } from './users/users.resolvers.ts';
import { searchUsers, userById } from './users/users.service.ts';
import type { Identity } from './ways-in.ts';

export interface FeaturesDeps {
  readonly announce: Announce;
  readonly recorder: Recorder;
  readonly feed: Feed;
  readonly bound: BoundPolicies;
  readonly createLimiter: CreateLimiter;
  readonly identity: Identity;
  readonly mail: AccountMail;
  readonly registration: Config['registration'];
  readonly schema: () => GraphQLSchema;
}

export interface Features {
  readonly resolvers: IResolvers[];
  readonly nodes: Nodes;
  readonly accounts: Accounts;
  readonly apiKeys: ApiKeys;
}

/** The protected resources and the ways in, as GraphQL meets them; a team's own feature is added here. */
export function createFeatures(deps: FeaturesDeps): Features {
  const { announce, recorder, feed, bound, createLimiter, identity, mail, registration: mode, schema } = deps;
  const { accessTokens, checkKey, checkSession, deviceTokens, passwords, rightsOf, sessions } = identity;
  const accounts = createAccounts({
    attempts: createLimiter(signInBudget),
    deviceTokens,
    mail,
    passwords,
    recorder,
    sessions,
  });
  const apiKeys = createApiKeys({ announce, recorder, rightsOf });
  const registration = createRegistration({ mode, mail, passwords, recorder, createLimiter });
  const emailChange = createEmailChange({ mail, recorder });
  const verification = createVerification({
    mail,
    passwords,
    recorder,
    confirmations: { registration: registration.confirm, 'email-change': emailChange.confirm },
  });
  const invitations = createInvitations({ mail, passwords, recorder, rightsOf });
  // What an account can sign in with besides its password; a way in that is added hands in how it is taken away.
  const removeCredentials = [apiKeys.revokeAll];
  const passwordReset = createPasswordReset({ announce, mail, passwords, recorder, sessions, removeCredentials });
  const closing = createClosing({ announce, mail, recorder, sessions, removeCredentials });
  const searches = createSearches();
  const articles = createArticles({ policies: bound, announce, searches });
  const comments = createComments({ policies: bound });
  const nodes = createNodes({
    types: {
      User: { table: 'users', load: userById },
      Session: { table: 'sessions', load: sessionById },
      ApiKey: { table: 'api_keys', load: apiKeyById },
      Article: { table: 'articles', load: articleById },
      Comment: { table: 'comments', load: commentById },
      AuditEvent: { table: 'audit_events', load: eventById, keyOf: eventKey },
    },
    sources: [articles.search, comments.search, searchUsers],
    searches,
  });
  const resolvers = [
    { DateTime, JSON: JSONValue },
    createUserResolvers({ recorder, searches }),
    auditResolvers,
    createAccountResolvers({ accounts, invitations, registration, sessions, verification }),
    createAccountChangesResolvers({ closing, emailChange, invitations, passwordReset, verification }),
    createAdministrationResolvers({
      administration: createAdministration({
        announce,
        recorder,
        rightsOf,
        sessions,
        revokeApiKeys: apiKeys.revokeAll,
      }),
    }),
    createSessionResolvers({
      sessions,
      accessTokens,
      isGood: (claims, now) =>
        claims.kind === 'session' ? isSessionCounted(checkSession, claims, now) : isKeyGood(checkKey, claims, now),
      feed,
    }),
    createApiKeyResolvers({ apiKeys }),
    createArticleResolvers({ articles, feed }),
    createCommentResolvers({ comments }),
    createNodeResolvers({ nodes }),
    createAccessResolvers({ rightsOf, schema }),
  ];
  return { resolvers, nodes, accounts, apiKeys };
}
