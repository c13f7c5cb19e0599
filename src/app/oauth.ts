import { furtherScopes, roles } from '../access/roles.ts';
import type { Recorder } from '../audit/record.ts';
import { anyScopeCovers } from '../authorization/index.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { createOAuthEndpoints, type Grant, type OAuthDeps } from '../http/oauth/oauth-endpoints.ts';
import { oauthMetadata } from '../http/oauth/oauth-metadata.ts';
import type { RequestContextDeps } from '../http/request-context.ts';
import type { NoteProblem } from '../http/server/problem.ts';
import { type Handler, publicJson } from '../http/server/server.ts';
import { type ApiKeyTokensDeps, createApiKeyTokenKinds } from '../identity/api-keys/api-key-token-kinds.ts';
import { clientCredentialsBudget, createClientCredentials } from '../identity/api-keys/client-credentials.service.ts';
import { createSessionTokenKinds, type SessionTokensDeps } from '../identity/sessions/session-token-kinds.ts';
import type { ProveAccount } from '../identity/sign-in/passwords/prove-account.ts';
import type { SignIn } from '../identity/sign-in/sign-in.service.ts';
import type { CreateLimiter, WithinBudget } from '../limits/limiter.ts';
import type { RequestContext } from '../request/context.ts';
import type { ReportError } from '../request/error-report.ts';
import type { TokenFacts, TokenKind } from '../request/tokens.ts';
import { systemEndpoint } from './system-work.ts';

export interface OAuthParts extends ApiKeyTokensDeps, SessionTokensDeps {
  readonly proveAccount: ProveAccount;
  readonly signIn: SignIn;
  readonly config: Config;
  readonly contextDeps: RequestContextDeps;
  readonly createLimiter: CreateLimiter;
  /** The attempts of an IP address, which the grant `password` has in common with `login`. */
  readonly withinAttempts: WithinBudget;
  readonly recorder: Recorder;
  readonly report: ReportError;
  readonly noteProblem: NoteProblem;
}

/** Creates the handlers of the OAuth endpoints, by their paths. */
export function createOAuth(parts: OAuthParts): Record<string, Handler> {
  const { config, contextDeps, createLimiter, noteProblem, proveAccount, report, sessions, signIn, withinAttempts } =
    parts;
  const clientCredentials = createClientCredentials({ ...parts, grants: createLimiter(clientCredentialsBudget) });
  const grants: Record<string, Grant> = {
    refresh_token: (context, { required, scopes }) => sessions.refresh(context, required('refresh_token'), scopes),
    client_credentials: (context, { scopes }) => clientCredentials.issue(context, scopes),
  };
  if (config.enabled.passwordGrant) {
    grants['password'] = (context, { required, scopes }) => {
      const credentials = { email: required('username'), password: required('password') };
      return withinAttempts(context.ipAddress, async () => {
        const { user } = await proveAccount(context, credentials);
        return (await signIn.signInWithoutChallenge(context, { user, methods: ['PASSWORD'], scopes })).tokens;
      });
    };
  }
  const issuer = config.http.publicUrl;
  const { audience, algorithm } = config.tokens;
  const endpoints = createOAuthEndpoints({
    ...contextDeps,
    ...createTokenQuestions([...createApiKeyTokenKinds(parts), ...createSessionTokenKinds(parts)]),
    grants,
    report,
    noteProblem,
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
    '/oauth/token': systemEndpoint(systemWork, endpoints.token),
    '/oauth/revoke': systemEndpoint(systemWork, endpoints.revoke),
    '/oauth/introspect': endpoints.introspect,
    '/.well-known/oauth-authorization-server': publicJson(() => metadata),
  };
}

const systemWork = 'tokens are issued and revoked by what the client presents';

const introspectScope = 'tokens:introspect';

/** Asks each kind in turn whose token it is. */
const createTokenQuestions = (kinds: readonly TokenKind[]): Pick<OAuthDeps, 'introspect' | 'revoke'> => ({
  async introspect(context, token): Promise<TokenFacts | null> {
    requireIntrospector(context);
    for (const kind of kinds) {
      const facts = await kind.introspect(context, token);
      if (facts !== null) return facts;
    }
    return null;
  },
  async revoke(context, token): Promise<void> {
    for (const kind of kinds) if (await kind.revoke(context, token)) return;
  },
});

/** RFC 7662 §2.1: a client that could ask without a credential could try tokens out. */
function requireIntrospector({ principal }: RequestContext): void {
  if (principal.kind === 'anonymous') {
    throw new AppError(
      'UNAUTHENTICATED',
      `This needs a credential with the scope ${introspectScope}: authenticate with one.`,
      { refusal: 'bad_client' },
    );
  }
  if (anyScopeCovers(principal.scopes, introspectScope)) return;
  throw new AppError('FORBIDDEN', `This credential lacks the scope ${introspectScope}: use one that has it.`, {
    oauthError: 'insufficient_scope',
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${introspectScope}"` },
  });
}
