import { furtherScopes, roles } from './access/roles.ts';
import { anyScopeCovers } from './authorization/scopes.ts';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import { createOAuthEndpoints, type Grant, type OAuthDeps } from './http/oauth-endpoints.ts';
import { oauthMetadata } from './http/oauth-metadata.ts';
import type { ScopeDeps } from './http/scope.ts';
import { publicJson, type Handler } from './http/server.ts';
import type { Accounts } from './identity/accounts/accounts.service.ts';
import { createApiKeyTokens, type ApiKeyTokensDeps } from './identity/api-keys/api-key-tokens.ts';
import { clientCredentialsBudget, createClientCredentials } from './identity/api-keys/client-credentials.service.ts';
import { createSessionTokens, type SessionTokensDeps } from './identity/sessions/session-tokens.ts';
import type { CreateLimiter, WithinBudget } from './limits/limiter.ts';
import type { Recorder } from './record.ts';
import type { ReportError } from './report-error.ts';
import type { RequestScope, TokenFacts, TokenKind } from './request.ts';

export interface OAuthParts extends ApiKeyTokensDeps, SessionTokensDeps {
  readonly accounts: Pick<Accounts, 'authenticate'>;
  readonly config: Config;
  readonly callers: ScopeDeps;
  readonly createLimiter: CreateLimiter;
  /** The attempts of an address, which the grant `password` has in common with `login`. */
  readonly withinAttempts: WithinBudget;
  readonly recorder: Recorder;
  readonly report: ReportError;
}

/** The ways in that OAuth knows, as a table of paths: what each `grant_type` and each kind of token is to the rest. */
export function createOAuth(parts: OAuthParts): Record<string, Handler> {
  const { accounts, config, callers, createLimiter, report, sessions, withinAttempts } = parts;
  const clientCredentials = createClientCredentials({ ...parts, grants: createLimiter(clientCredentialsBudget) });
  const grants: Record<string, Grant> = {
    refresh_token: (scope, { required, scopes }) => sessions.refresh(scope, required('refresh_token'), scopes),
    client_credentials: (scope, { scopes }) => clientCredentials.issue(scope, scopes),
  };
  if (config.enabled.passwordGrant) {
    grants['password'] = (scope, { required, scopes }) => {
      const credentials = { email: required('username'), password: required('password') };
      return withinAttempts(scope.ip, async () => {
        const user = await accounts.authenticate(scope, credentials);
        return sessions.start(scope, { user, methods: ['PASSWORD'], scopes });
      });
    };
  }
  const issuer = config.http.publicUrl;
  const { audience, algorithm } = config.tokens;
  const endpoints = createOAuthEndpoints({
    ...callers,
    ...createTokenQuestions([...createApiKeyTokens(parts), ...createSessionTokens(parts)]),
    grants,
    report,
    issuer,
    audience,
  });
  const metadata = oauthMetadata({
    issuer,
    grantTypes: Object.keys(grants),
    scopes: [...new Set([...Object.values(roles).flatMap(({ scopes }) => scopes), ...furtherScopes])],
    hasPublicKeys: algorithm !== 'HS256',
  });
  return {
    '/oauth/token': endpoints.token,
    '/oauth/revoke': endpoints.revoke,
    '/oauth/introspect': endpoints.introspect,
    '/.well-known/oauth-authorization-server': publicJson(() => metadata),
  };
}

const introspectScope = 'tokens:introspect';

/** Asks each kind in turn whose token it is. */
const createTokenQuestions = (kinds: readonly TokenKind[]): Pick<OAuthDeps, 'introspect' | 'revoke'> => ({
  async introspect(scope, token): Promise<TokenFacts | null> {
    requireIntrospector(scope);
    for (const kind of kinds) {
      const facts = await kind.introspect(scope, token);
      if (facts !== null) return facts;
    }
    return null;
  },
  async revoke(scope, token): Promise<void> {
    for (const kind of kinds) if (await kind.revoke(scope, token)) return;
  },
});

/** RFC 7662 §2.1: whoever could ask without a credential could try tokens out. */
function requireIntrospector({ principal }: RequestScope): void {
  if (principal.kind === 'anonymous') {
    throw new AppError('UNAUTHENTICATED', `Authenticate by a credential with scope ${introspectScope}.`);
  }
  if (anyScopeCovers(principal.scopes, introspectScope)) return;
  throw new AppError('FORBIDDEN', `This takes a credential with scope ${introspectScope}.`, {
    oauthError: 'insufficient_scope',
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${introspectScope}"` },
  });
}
