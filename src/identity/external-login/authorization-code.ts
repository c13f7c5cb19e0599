import { buildAuthorizationUrl, calculatePKCECodeChallenge, type Configuration } from 'openid-client';
import type { ProviderConfig } from '../../config/parse-providers.ts';
import type { BoundedFetch } from '../../outbound/bounded-fetch.ts';
import { callbackParameters, type AuthorizationRequest, type RedeemRequest } from './provider.ts';

/** The parts that every provider is made of. */
export interface ProviderParts {
  readonly config: ProviderConfig;
  /** The exact redirect URI to which the provider sends people back. */
  readonly callbackUrl: string;
  readonly fetch: BoundedFetch;
  /** True in development, in which a provider on loopback may be asked by `http:`. */
  readonly isDevelopment: boolean;
}

/** Makes the request for a code, with PKCE (RFC 7636), state and nonce. */
export async function authorizationUrlOf(
  server: Configuration,
  { config, callbackUrl, isDevelopment }: ProviderParts,
  state: string,
  { codeVerifier, nonce, isProofAsked }: AuthorizationRequest,
): Promise<string> {
  const { protocol, responseMode, scopes } = config;
  const url = buildAuthorizationUrl(server, {
    redirect_uri: callbackUrl,
    scope: scopes.join(' '),
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(protocol === 'oidc' ? { nonce } : {}),
    // OpenID Connect Core §3.1.2.1; the answer must tell the time of the proof then, and is refused if it does not.
    ...(isProofAsked && config.canAskForProof ? { max_age: '0' } : {}),
    ...(responseMode === 'query' ? {} : { response_mode: responseMode }),
  });
  // The provider names the URL, and a browser goes there.
  if (url.protocol === 'https:' || (isDevelopment && url.protocol === 'http:')) return url.href;
  throw new Error('the authorization endpoint has no https: URL');
}

/** Makes the URL at which the provider's answer arrived, as the library reads it. */
export function callbackUrlOf({ callbackUrl }: ProviderParts, { parameters }: RedeemRequest): URL {
  const url = new URL(callbackUrl);
  for (const name of callbackParameters) {
    const value = parameters[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}
