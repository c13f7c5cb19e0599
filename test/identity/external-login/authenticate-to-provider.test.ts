import { describe, expect, test } from '@jest/globals';
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import type { ProviderConfig } from '../../../src/config/parse-providers.ts';
import { createClientAuthentication } from '../../../src/identity/external-login/authenticate-to-provider.ts';

const issuer = 'https://provider.example';

/** What is sent to a provider that takes secrets in these ways. */
async function sentBy(clientSecret: ProviderConfig['clientSecret'], methods?: string[]) {
  const [body, headers] = [new URLSearchParams(), new Headers()];
  const server = { issuer, ...(methods === undefined ? {} : { token_endpoint_auth_methods_supported: methods }) };
  // Apple's is signed first.
  const sending: unknown = createClientAuthentication({ clientSecret, issuer } as ProviderConfig)(
    server,
    { client_id: 'client' },
    body,
    headers,
  );
  await sending;
  return { body: Object.fromEntries(body), authorization: headers.get('authorization') };
}

describe('This server authenticates to a provider', () => {
  test('by its secret in the body if the provider takes that, and as Basic otherwise', async () => {
    const inBody = { body: { client_id: 'client', client_secret: 'secret' }, authorization: null };
    expect(await sentBy('secret', ['client_secret_basic', 'client_secret_post'])).toEqual(inBody);
    const asBasic = { body: {}, authorization: `Basic ${Buffer.from('client:secret').toString('base64')}` };
    for (const methods of [undefined, [], ['client_secret_basic']])
      expect(await sentBy('secret', methods)).toEqual(asBasic);
  });

  test('at Apple by a token of the developer’s key, for five minutes', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { teamId: 'team', keyId: 'key', privateKey: await exportPKCS8(privateKey) };
    const { body, authorization } = await sentBy(key, ['client_secret_post']);
    expect([Object.keys(body).toSorted(), body['client_id'], authorization]).toEqual([
      ['client_id', 'client_secret'],
      'client',
      null,
    ]);
    const { payload, protectedHeader } = await jwtVerify(body['client_secret'] ?? '', publicKey);
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'key' });
    expect(payload).toMatchObject({ iss: 'team', sub: 'client', aud: issuer });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });
});
