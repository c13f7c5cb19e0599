import { importPKCS8, SignJWT } from 'jose';
import { ClientSecretBasic, ClientSecretPost, type ClientAuth } from 'openid-client';
import type { AppleKey, ProviderConfig } from '../../config/parse-providers.ts';

const appleSecretSeconds = 300;

/** Authenticates this server to a provider, in the way that the provider takes (OpenID Connect Core §9). */
export function createClientAuthentication({ clientSecret, issuer }: ProviderConfig): ClientAuth {
  if (typeof clientSecret !== 'string') return createAppleAuthentication(clientSecret, issuer);
  const [post, basic] = [ClientSecretPost(clientSecret), ClientSecretBasic(clientSecret)];
  return (server, client, body, headers) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true;
    return (takesPost ? post : basic)(server, client, body, headers);
  };
}

/**
 * Apple's client secret is a token that a key of the developer signs anew (Sign in with Apple, “Creating a client
 * secret”).
 */
const createAppleAuthentication =
  ({ teamId, keyId, privateKey }: AppleKey, issuer: string): ClientAuth =>
  async (server, { client_id: clientId }, body, headers) => {
    const secret = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime(`${appleSecretSeconds}s`)
      .sign(await importPKCS8(privateKey, 'ES256'));
    return ClientSecretPost(secret)(server, { client_id: clientId }, body, headers);
  };
