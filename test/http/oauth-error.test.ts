import { describe, expect, test } from '@jest/globals';
import { AppError, type AppErrorOptions, type ErrorCode } from '../../src/errors.ts';
import { sendOAuthError } from '../../src/http/oauth/oauth-error.ts';
import { oauthMetadata } from '../../src/http/oauth/oauth-metadata.ts';
import { Answer } from '../../src/http/server/answer.ts';
import { requestOf } from '../support/http-message.ts';
import { serveRoutes } from '../support/serve-routes.ts';

describe('An error of OAuth', () => {
  const basicChallenge = 'Basic realm="sallyport", charset="UTF-8"';

  async function sent(error: AppError, authorization?: string) {
    const server = await serveRoutes({ '/': (_, response) => sendOAuthError(response, error, authorization) });
    const response = await fetch(server.url);
    const body: unknown = await response.json();
    await server.stop();
    return { status: response.status, headers: response.headers, body };
  }

  test.each<[ErrorCode, AppErrorOptions, number, string]>([
    ['BAD_REQUEST', {}, 400, 'invalid_request'],
    ['BAD_REQUEST', { httpStatus: 413 }, 413, 'invalid_request'],
    ['BAD_REQUEST', { oauthError: 'unsupported_grant_type' }, 400, 'unsupported_grant_type'],
    ['BAD_USER_INPUT', { httpStatus: 200 }, 400, 'invalid_scope'],
    ['UNAUTHENTICATED', { httpStatus: 200 }, 401, 'invalid_client'],
    ['INVALID_CREDENTIALS', {}, 400, 'invalid_grant'],
    ['INVALID_GRANT', { httpStatus: 200 }, 400, 'invalid_grant'],
    ['FORBIDDEN', {}, 403, 'access_denied'],
    ['FORBIDDEN', { oauthError: 'insufficient_scope' }, 403, 'insufficient_scope'],
    ['RATE_LIMITED', {}, 429, 'temporarily_unavailable'],
    ['SERVICE_UNAVAILABLE', {}, 503, 'temporarily_unavailable'],
    ['INTERNAL_SERVER_ERROR', {}, 500, 'server_error'],
    ['CONFLICT', {}, 409, 'invalid_request'],
  ])('says what it is by the words of the standards: %s %p', async (code, options, status, error) => {
    const answer = await sent(new AppError(code, 'It is.', options));
    expect([answer.status, answer.body]).toEqual([status, { error, error_description: 'It is.' }]);
    const challenge = error === 'invalid_client' ? basicChallenge : null;
    expect([answer.headers.get('www-authenticate'), answer.headers.get('retry-after')]).toEqual([challenge, null]);
  });

  test.each([
    ['Bearer x', 'Bearer error="invalid_token"'],
    ['bearer', 'Bearer error="invalid_token"'],
    ['Bearerx', basicChallenge],
    ['Basic Bearer', basicChallenge],
  ])('asks an unknown client for the scheme that it tried: %s', async (authorization, challenge) => {
    const { headers } = await sent(new AppError('UNAUTHENTICATED', 'x'), authorization);
    expect(headers.get('www-authenticate')).toBe(challenge);
  });

  test('has the headers of its error and the time to wait, and ASCII alone', async () => {
    const error = new AppError('RATE_LIMITED', 'Zu "viele"\\Größe\n', {
      retryAfterSeconds: 7,
      headers: { 'x-note': 'why' },
    });
    const { headers, body } = await sent(error);
    expect([headers.get('x-note'), headers.get('retry-after')]).toEqual(['why', '7']);
    expect(body).toMatchObject({ error_description: "Zu 'viele''Gr''e'" });
  });

  test('is not written into an answer that has begun', () => {
    const answer = new Answer(requestOf());
    answer.writeHead(200).write('half');
    sendOAuthError(answer, new AppError('CONFLICT', 'x'), undefined);
    expect([answer.destroyed, answer.statusCode]).toEqual([true, 200]);
  });
});

describe('The metadata', () => {
  const facts = { issuer: 'https://api.example', grantTypes: ['refresh_token'], scopes: ['a'] };
  const described = {
    issuer: 'https://api.example',
    token_endpoint: 'https://api.example/oauth/token',
    revocation_endpoint: 'https://api.example/oauth/revoke',
    introspection_endpoint: 'https://api.example/oauth/introspect',
    response_types_supported: [],
    grant_types_supported: ['refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'Bearer'],
    scopes_supported: ['a'],
  };

  test('name keys only if there are public ones', () => {
    expect(oauthMetadata({ ...facts, hasPublicKeys: false })).toEqual(described);
    expect(oauthMetadata({ ...facts, hasPublicKeys: true })).toEqual({
      ...described,
      jwks_uri: 'https://api.example/.well-known/jwks.json',
    });
  });
});
