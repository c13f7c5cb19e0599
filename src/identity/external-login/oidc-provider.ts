import {
  allowInsecureRequests,
  authorizationCodeGrant,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  type Configuration,
} from 'openid-client';
import { createClientAuthentication } from './authenticate-to-provider.ts';
import { authorizationUrlOf, callbackUrlOf, type ProviderParts } from './authorization-code.ts';
import type { ExternalProfile, Provider, RedeemRequest } from './provider.ts';
import { remembered } from './remembered.ts';

const discoveryMs = 60 * 60 * 1000;
const toleranceSeconds = 30;

/**
 * Signs in with a provider of OpenID Connect, which is found by discovery. The signature of its ID tokens is verified.
 */
export function createOidcProvider(parts: ProviderParts): Pick<Provider, 'authorizationUrl' | 'redeem'> {
  const { config, fetch, isDevelopment } = parts;
  const { clientId, issuer, verifiedClaims } = config;
  const configuration = remembered(discoveryMs, () =>
    discovery(new URL(issuer), clientId, { [clockTolerance]: toleranceSeconds }, createClientAuthentication(config), {
      [customFetch]: fetch,
      execute: [enableNonRepudiationChecks, ...(isDevelopment ? [allowInsecureRequests] : [])],
    }),
  );

  return {
    authorizationUrl: async (state, asked) => authorizationUrlOf(await configuration(), parts, state, asked),

    async redeem(request: RedeemRequest): Promise<ExternalProfile> {
      const { state, nonce, codeVerifier } = request;
      const server = await configuration();
      const tokens = await authorizationCodeGrant(server, callbackUrlOf(parts, request), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('there is no ID token');
      // OpenID Connect Core §3.1.3.7: the library looks at it only if there are several audiences.
      if (claims.azp !== undefined && claims.azp !== clientId) throw new Error('the ID token is for another client');
      const told = { ...claims, ...(await userInfo(server, tokens.access_token, claims)) };
      return {
        issuer: claims.iss,
        subject: claims.sub,
        email: textOf(told['email']),
        isEmailVerified: verifiedClaims.some((claim) => isTrue(told[claim])),
        displayName: textOf(told['name']),
        authenticatedAt: claims.auth_time === undefined ? null : new Date(claims.auth_time * 1000),
        tokens,
      };
    },
  };
}

/** Asks for the e-mail if the ID token does not tell it; the answer must be about the same subject (§5.3.2). */
async function userInfo(
  server: Configuration,
  accessToken: string,
  { sub, email }: Readonly<Record<string, unknown>> & { sub: string },
): Promise<Readonly<Record<string, unknown>>> {
  if (email !== undefined || server.serverMetadata().userinfo_endpoint === undefined) return {};
  return fetchUserInfo(server, accessToken, sub);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Apple and Microsoft spell it as a text or a number. */
const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === 1 || value === '1';
