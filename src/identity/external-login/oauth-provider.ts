import {
  allowInsecureRequests,
  authorizationCodeGrant,
  Configuration,
  customFetch,
  fetchProtectedResource,
} from 'openid-client';
import { createClientAuthentication } from './authenticate-to-provider.ts';
import { authorizationUrlOf, callbackUrlOf, type ProviderParts } from './authorization-code.ts';
import type { ExternalProfile, Provider } from './provider.ts';

type Person = Pick<ExternalProfile, 'subject' | 'email' | 'isEmailVerified' | 'displayName'>;
/** Asks the provider's API, with the access token. */
type Ask = (path: string) => Promise<unknown>;

/** A provider without OpenID Connect: its endpoints, below its URL, and what its API tells. */
interface Api {
  /** The name that it gives itself in its answers (`iss`, RFC 9207 §2), by its URL. */
  readonly issuer: (url: string) => string;
  readonly authorize: string;
  readonly token: string;
  readonly readPerson: (ask: Ask) => Promise<Person>;
}

const apis: Readonly<Record<'github' | 'discord', Api>> = {
  github: {
    // https://docs.github.com/en/apps/github-authentication-discovery-endpoints
    issuer: (url) => `${url}/login/oauth`,
    authorize: '/login/oauth/authorize',
    token: '/login/oauth/access_token',
    async readPerson(ask) {
      const [user, emails] = [objectOf(await ask('/user')), await ask('/user/emails')];
      const primary = (Array.isArray(emails) ? emails : []).map(objectOf).find((email) => email['primary'] === true);
      return {
        subject: idOf(user['id']),
        email: textOf(primary?.['email']),
        isEmailVerified: primary?.['verified'] === true,
        displayName: textOf(user['name']) ?? textOf(user['login']),
      };
    },
  },
  discord: {
    issuer: (url) => url,
    authorize: '/oauth2/authorize',
    token: '/api/oauth2/token',
    async readPerson(ask) {
      const user = objectOf(await ask('/users/@me'));
      return {
        subject: idOf(user['id']),
        email: textOf(user['email']),
        isEmailVerified: user['verified'] === true,
        displayName: textOf(user['global_name']) ?? textOf(user['username']),
      };
    },
  },
};

/** Signs in with a provider of plain OAuth 2, whose API tells who the user is. */
export function createOAuthProvider(
  protocol: keyof typeof apis,
  parts: ProviderParts,
): Pick<Provider, 'authorizationUrl' | 'redeem'> {
  const { config, fetch, isDevelopment } = parts;
  const { apiUrl, clientId, issuer: providerUrl } = config;
  const { authorize, issuer, readPerson, token } = apis[protocol];
  const server = new Configuration(
    {
      issuer: issuer(providerUrl),
      authorization_endpoint: providerUrl + authorize,
      token_endpoint: providerUrl + token,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    },
    clientId,
    {},
    createClientAuthentication(config),
  );
  server[customFetch] = fetch;
  if (isDevelopment) allowInsecureRequests(server);

  return {
    authorizationUrl: (state, request) => authorizationUrlOf(server, parts, state, request),

    async redeem(request) {
      const tokens = await authorizationCodeGrant(server, callbackUrlOf(parts, request), {
        expectedState: request.state,
        pkceCodeVerifier: request.codeVerifier,
      });
      const ask: Ask = async (path) => {
        const headers = new Headers({ accept: 'application/json', 'user-agent': 'sallyport' });
        const url = new URL(apiUrl + path);
        const answer = await fetchProtectedResource(server, tokens.access_token, url, 'GET', undefined, headers);
        if (answer.ok) return answer.json();
        throw new Error('the API refused', { cause: answer });
      };
      return { issuer: providerUrl, ...(await readPerson(ask)), authenticatedAt: null, tokens };
    },
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error('the API answered something else than an object');
}

function idOf(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw new Error('the API named no person');
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
