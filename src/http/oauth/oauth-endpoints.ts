import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import type { RequestPrincipal } from '../../request/credentials.ts';
import { requireLasting } from '../../request/ended-credential.ts';
import type { ReportError } from '../../request/error-report.ts';
import type { TokenFacts } from '../../request/tokens.ts';
import { createRequestContexts, type RequestContextDeps } from '../request-context.ts';
import { readFormBody } from '../server/body.ts';
import { requireAllowedOrigin } from '../server/cookies.ts';
import { applyCors } from '../server/origins.ts';
import { type NoteProblem, sendJson } from '../server/problem.ts';
import type { Handler } from '../server/server.ts';
import { clientCredential } from './client-authentication.ts';
import { sendOAuthError } from './oauth-error.ts';

export interface TokenRequest {
  /** Answers the value of a parameter. @throws BAD_REQUEST if it is missing. */
  readonly required: (parameter: string) => string;
  /** The scopes of the parameter `scope`; undefined without it. */
  readonly scopes: readonly string[] | undefined;
}

export interface GrantedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken?: string;
  readonly rights: { readonly scopes: readonly string[] };
}

/** Grants tokens for one value of `grant_type`. */
export type Grant = (context: RequestContext, request: TokenRequest) => Promise<GrantedTokens>;

export interface OAuthDeps extends RequestContextDeps {
  readonly grants: Readonly<Record<string, Grant>>;
  readonly revoke: (context: RequestContext, token: string) => Promise<void>;
  /** Null for a token that counts no more. @throws UNAUTHENTICATED or FORBIDDEN if the caller may not introspect. */
  readonly introspect: (context: RequestContext, token: string) => Promise<TokenFacts | null>;
  readonly report: ReportError;
  readonly noteProblem: NoteProblem;
  /** The `iss` and `aud` of access tokens. */
  readonly issuer: string;
  readonly audience: string;
}

type Form = ReadonlyMap<string, string>;

/**
 * Creates the handlers of `POST /oauth/token` (RFC 6749 §3.2), `/oauth/revoke` (RFC 7009), `/oauth/introspect` (RFC
 * 7662).
 */
export function createOAuthEndpoints(deps: OAuthDeps): { token: Handler; revoke: Handler; introspect: Handler } {
  const contexts = createRequestContexts(deps);

  /** Does what all three have in common; `answer` makes the body of a success. */
  function endpoint(answer: (form: Form, context: RequestContext) => Promise<object>): Handler {
    return async (request, response, requestId) => {
      response.setHeader('cache-control', 'no-store');
      response.setHeader('pragma', 'no-cache');
      if (applyCors(request, response, deps.origins)) return;
      let principal: RequestPrincipal | undefined;
      try {
        requireBarePost(request);
        const cookies = contexts.openCookies(request, response, requestId);
        requireAllowedOrigin(cookies);
        const form = await readFormBody(request);
        const credential = clientCredential(request, cookies, form);
        const context = await contexts.create(request, { cookies, credential, requestId });
        principal = context.principal;
        sendJson(response, 200, await answer(form, context));
      } catch (error) {
        const problem = deps.report(error, requestId);
        // What is too large the server itself records.
        if (problem.status !== 413) deps.noteProblem(problem, request, requestId, principal);
        sendOAuthError(response, problem, request.headers.authorization);
      }
    };
  }

  return {
    token: endpoint(async (form, context) => {
      const type = required(form, 'grant_type');
      const grant = requireGrant(deps.grants, type);
      requireOwnResource(form.get('resource'), deps);
      if (type !== ignoringEnded) requireLasting(context);
      const requested = form.get('scope')?.split(' ');
      return tokenAnswer(await grant(context, { required: (name) => required(form, name), scopes: requested }));
    }),
    revoke: endpoint(async (form, context) => {
      await deps.revoke(context, required(form, 'token'));
      return {};
    }),
    introspect: endpoint(async (form, context) => {
      const facts = await deps.introspect(context, required(form, 'token'));
      return facts === null ? { active: false } : introspectionAnswer(facts, deps);
    }),
  };
}

/** The grant that needs possession of its token alone: a client uses it once its access token has expired. */
const ignoringEnded = 'refresh_token';

/** Requires POST and an empty query string, which proxies log (RFC 6749 §3.2 and §2.3.1). */
function requireBarePost({ method, url = '' }: IncomingMessage): void {
  if (method !== 'POST') {
    throw new AppError('BAD_REQUEST', 'Send this request by POST.', {
      httpStatus: 405,
      headers: { allow: 'POST' },
    });
  }
  if (url.includes('?')) throw new AppError('BAD_REQUEST', 'Send the parameters in the body, not in the query string.');
}

function requireGrant(grants: OAuthDeps['grants'], type: string): Grant {
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
  if (grant !== undefined) return grant;
  throw new AppError(
    'BAD_REQUEST',
    `Unsupported grant type. \`grant_type\` is one of ${Object.keys(grants).join(', ')}.`,
    {
      oauthError: 'unsupported_grant_type',
    },
  );
}

/** Refuses a token for another server: a client that asks for one would send ours there (RFC 8707 §2). */
function requireOwnResource(resource: string | undefined, { issuer, audience }: OAuthDeps): void {
  if (resource === undefined || resource === audience) return;
  if (isBelow(resource, issuer) || isBelow(resource, audience)) return;
  throw new AppError('BAD_REQUEST', `Tokens are for ${audience} alone: leave \`resource\` out, or name that.`, {
    oauthError: 'invalid_target',
  });
}

/** Tells whether a URL, which has no fragment, is another or lies below it. */
function isBelow(url: string, base: string): boolean {
  const [inner, outer] = [URL.parse(url), URL.parse(base)];
  if (inner === null || outer === null || url.includes('#') || inner.host !== outer.host) return false;
  return inner.protocol === outer.protocol && `${inner.pathname}/`.startsWith(outer.pathname.replace(/\/?$/, '/'));
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
