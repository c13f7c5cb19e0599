import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';
import type { ReportError } from '../report-error.ts';
import type { RequestScope, TokenFacts } from '../request.ts';
import { isRefusedStale, staleCredential } from '../request/stale.ts';
import { readFormBody } from './body.ts';
import { requireAllowedOrigin } from './cookies.ts';
import { clientCredential } from './oauth-client.ts';
import { sendOAuthError } from './oauth-error.ts';
import { applyCors } from './origins.ts';
import { sendJson } from './problem.ts';
import { createScopes, type ScopeDeps } from './scope.ts';
import type { Handler } from './server.ts';

export interface TokenRequest {
  /** The value of a parameter. @throws BAD_REQUEST where it is missing. */
  readonly required: (parameter: string) => string;
  /** What `scope` asks for; undefined where it asks for nothing. */
  readonly scopes: readonly string[] | undefined;
}

export interface GrantedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken?: string;
  readonly rights: { readonly scopes: readonly string[] };
}

/** What is granted by one value of `grant_type`. */
export type Grant = (scope: RequestScope, request: TokenRequest) => Promise<GrantedTokens>;

export interface OAuthDeps extends ScopeDeps {
  readonly grants: Readonly<Record<string, Grant>>;
  readonly revoke: (scope: RequestScope, token: string) => Promise<void>;
  /** Null for a token that does not count now. @throws UNAUTHENTICATED or FORBIDDEN where the caller may not ask. */
  readonly introspect: (scope: RequestScope, token: string) => Promise<TokenFacts | null>;
  readonly report: ReportError;
  /** The `iss` and `aud` of access tokens. */
  readonly issuer: string;
  readonly audience: string;
}

type Form = ReadonlyMap<string, string>;

/** `POST /oauth/token` (RFC 6749 §3.2), `/oauth/revoke` (RFC 7009), `/oauth/introspect` (RFC 7662). */
export function createOAuthEndpoints(deps: OAuthDeps): { token: Handler; revoke: Handler; introspect: Handler } {
  const scopes = createScopes(deps);

  /** What all three have in common; `answer` is the body of an answer that is no refusal. */
  function endpoint(answer: (form: Form, scope: RequestScope) => Promise<object>): Handler {
    return async (request, response, requestId) => {
      response.setHeader('cache-control', 'no-store');
      response.setHeader('pragma', 'no-cache');
      if (applyCors(request, response, deps.origins)) return;
      try {
        requireBarePost(request);
        const cookies = scopes.openCookies(request, response);
        requireAllowedOrigin(cookies);
        const form = await readFormBody(request);
        const credential = clientCredential(request, cookies, form);
        const scope = await scopes.create(request, { cookies, credential, requestId });
        sendJson(response, 200, await answer(form, scope));
      } catch (error) {
        sendOAuthError(response, deps.report(error, requestId), request.headers.authorization);
      }
    };
  }

  return {
    token: endpoint(async (form, scope) => {
      const type = required(form, 'grant_type');
      const grant = requireGrant(deps.grants, type);
      if (type !== ignoringStale && isRefusedStale(scope.credential)) throw staleCredential();
      const requested = form.get('scope')?.split(' ');
      return tokenAnswer(await grant(scope, { required: (name) => required(form, name), scopes: requested }));
    }),
    revoke: endpoint(async (form, scope) => {
      await deps.revoke(scope, required(form, 'token'));
      return {};
    }),
    introspect: endpoint(async (form, scope) => {
      const facts = await deps.introspect(scope, required(form, 'token'));
      return facts === null ? { active: false } : introspectionAnswer(facts, deps);
    }),
  };
}

/** The grant that needs possession of its token alone: a client sends it because its access token has expired. */
const ignoringStale = 'refresh_token';

/** RFC 6749 §3.2 and §2.3.1: POST, and nothing in the address, which is logged on the way. */
function requireBarePost({ method, url = '' }: IncomingMessage): void {
  if (method !== 'POST') {
    throw new AppError('BAD_REQUEST', 'This address is served by POST.', {
      httpStatus: 405,
      headers: { allow: 'POST' },
    });
  }
  if (url.includes('?')) throw new AppError('BAD_REQUEST', 'Send the parameters in the body, not in the address.');
}

function requireGrant(grants: OAuthDeps['grants'], type: string): Grant {
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
  if (grant !== undefined) return grant;
  throw new AppError('BAD_REQUEST', `\`grant_type\` is one of ${Object.keys(grants).join(', ')}.`, {
    oauthError: 'unsupported_grant_type',
  });
}

function required(form: Form, parameter: string): string {
  const value = form.get(parameter);
  if (value !== undefined) return value;
  throw new AppError('BAD_REQUEST', `\`${parameter}\` is missing.`);
}

/** RFC 6749 §5.1. */
const tokenAnswer = ({ accessToken, expiresInSeconds, refreshToken, rights }: GrantedTokens): object => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresInSeconds,
  refresh_token: refreshToken,
  scope: rights.scopes.join(' '),
});

/** RFC 7662 §2.2; what is undefined is left out. */
const introspectionAnswer = (facts: TokenFacts, { issuer, audience }: OAuthDeps): object => ({
  active: true,
  scope: facts.scopes.join(' '),
  client_id: facts.clientId,
  sub: facts.subject,
  ...(facts.isAccessToken ? { token_type: 'Bearer', iss: issuer, aud: audience } : {}),
  exp: facts.expiresAt,
  iat: facts.issuedAt,
  nbf: facts.notBefore,
  jti: facts.tokenId,
  networks: facts.networks,
});
