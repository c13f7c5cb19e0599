import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { makeKey, type ApiKey } from '../../support/oauth.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** A client that knows nothing of this server but its issuer, and checks everything that the RFCs say. */
let server: TestServer;
let key: ApiKey;
let found: oauth.AuthorizationServer;
beforeAll(async () => {
  server = await startServer({ ENABLE: 'password-grant' });
  key = await makeKey(await server.signIn('admin'), ['*']);
  const issuer = new URL('http://localhost:4000');
  const response = await oauth.discoveryRequest(issuer, { ...options(), algorithm: 'oauth2' });
  found = await oauth.processDiscoveryResponse(issuer, response);
});
afterAll(() => server.stop());

/** The server listens at another port than its PUBLIC_URL says. */
const options = () => ({
  [oauth.allowInsecureRequests]: true,
  [oauth.customFetch]: (url: string, init: object) => fetch(url.replace('http://localhost:4000', server.url), init),
});
const anyone: oauth.Client = { client_id: 'sallyport' };
const program = (): oauth.Client => ({ client_id: key.prefix });

const refreshed = async (token: string): Promise<oauth.TokenEndpointResponse> =>
  oauth.processRefreshTokenResponse(
    found,
    anyone,
    await oauth.refreshTokenGrantRequest(found, anyone, oauth.None(), token, options()),
  );

async function introspected(token: string): Promise<oauth.IntrospectionResponse> {
  const proof = oauth.ClientSecretBasic(key.secret);
  const response = await oauth.introspectionRequest(found, program(), proof, token, options());
  return oauth.processIntrospectionResponse(found, program(), response);
}

describe('A client of the OAuth kind', () => {
  test('finds the server by its issuer', () => {
    expect(found).toMatchObject({ issuer: 'http://localhost:4000', jwks_uri: expect.any(String) });
  });

  test.each([
    ['Basic', oauth.ClientSecretBasic],
    ['the form', oauth.ClientSecretPost],
  ])('gets a token for a key by %s, which a resource server can verify', async (_, authentication) => {
    const response = await oauth.clientCredentialsGrantRequest(
      found,
      program(),
      authentication(key.secret),
      { scope: 'articles:read' },
      options(),
    );
    const tokens = await oauth.processClientCredentialsResponse(found, program(), response);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 900, scope: 'articles:read' });
    const request = new Request('http://api.example.com/', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const audience = 'http://localhost:4000';
    expect(await oauth.validateJwtAccessToken(found, request, audience, options())).toMatchObject({
      sub: key.prefix,
      client_id: key.prefix,
      scope: 'articles:read',
    });
  });

  test('refreshes, introspects and revokes', async () => {
    const { refreshToken } = await server.signIn('editor');
    const tokens = await refreshed(refreshToken);
    expect(tokens).toMatchObject({ token_type: 'bearer', refresh_token: expect.any(String) });
    expect(await introspected(tokens.access_token)).toMatchObject({ active: true, client_id: 'sallyport' });
    const response = await oauth.revocationRequest(found, anyone, oauth.None(), tokens.access_token, options());
    await oauth.processRevocationResponse(response);
    expect(await introspected(tokens.access_token)).toEqual({ active: false });
    await expect(refreshed(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
  });

  test('is challenged if it does not know the secret', async () => {
    const proof = oauth.ClientSecretBasic('nonsense');
    const response = await oauth.clientCredentialsGrantRequest(found, program(), proof, {}, options());
    await expect(oauth.processClientCredentialsResponse(found, program(), response)).rejects.toMatchObject({
      cause: [{ scheme: 'basic', parameters: { realm: 'sallyport' } }],
      status: 401,
    });
  });

  test('signs in by password if that is switched on', async () => {
    const response = await oauth.genericTokenEndpointRequest(
      found,
      anyone,
      oauth.None(),
      'password',
      { username: 'viewer@demo.sallyport.test', password: 'sallyport-demo' },
      options(),
    );
    const tokens = await oauth.processGenericTokenEndpointResponse(found, anyone, response);
    expect(await refreshed(tokens.refresh_token ?? '')).toMatchObject({ scope: expect.any(String) });
  });
});
