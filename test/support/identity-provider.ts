import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
// oxlint-disable-next-line import/no-named-as-default -- its types know the default export alone.
import Provider from 'oidc-provider';

/** A real OpenID provider on loopback, where people are signed in by a link of its page. */
export interface TestIdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Goes where a client sends a browser, as a person or to refuse; answers where the browser is sent back. */
  readonly visit: (authorizationUrl: string, person: string | null) => Promise<URL>;
  readonly stop: () => void;
}

export interface Person {
  readonly email: string;
  readonly email_verified: boolean;
  readonly name?: string;
}

const clientId = 'sallyport-test';
const clientSecret = 'a-secret-of-the-client-at-the-provider';

/** Starts a provider that knows these people, and one client with these redirect URIs. */
export async function startIdentityProvider(
  people: Readonly<Record<string, Person>>,
  redirectUris: readonly string[],
): Promise<TestIdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  serve(server, { issuer, people, redirectUris, key: { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' } });
  return {
    issuer,
    clientId,
    clientSecret,
    visit: (authorizationUrl, person) => visit(issuer, authorizationUrl, person),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface World {
  readonly issuer: string;
  readonly people: Readonly<Record<string, Person>>;
  readonly redirectUris: readonly string[];
  readonly key: object;
}

const minutes = 60;

function serve(server: Server, { issuer, people, redirectUris, key }: World): void {
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [...redirectUris] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key for the cookies of a test'] },
    features: { devInteractions: { enabled: false } },
    jwks: { keys: [key] },
    pkce: { required: () => true },
    ttl: {
      AccessToken: minutes,
      AuthorizationCode: minutes,
      Grant: minutes,
      IdToken: minutes,
      Interaction: minutes,
      Session: minutes,
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const [, uid, as, person] = /^\/interaction\/([\w-]+)(?:\/(as|refuse)\/?([\w-]*))?/.exec(request.url ?? '') ?? [];
    if (uid === undefined) {
      handle(request, response);
    } else if (as === undefined) {
      const links = Object.keys(people).map((name) => `<a href="/interaction/${uid}/as/${name}">${name}</a>`);
      response
        .setHeader('content-type', 'text/html')
        .end(`${links.join(' ')} <a href="/interaction/${uid}/refuse">no</a>`);
    } else {
      const result =
        as === 'as'
          ? { login: { accountId: person ?? '' } }
          : { error: 'access_denied', error_description: '<script>alert("no")</script>' };
      void provider.interactionFinished(request, response, result);
    }
  });
}

/** Follows redirects with the provider's own cookies, as a browser does, until they lead elsewhere. */
async function visit(issuer: string, authorizationUrl: string, person: string | null): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(authorizationUrl);
  for (let steps = 0; steps < 10; steps += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) url = new URL(`${url.pathname}/${person === null ? 'refuse' : `as/${person}`}`, issuer);
    else url = new URL(location, url);
    if (url.origin !== issuer) return url;
  }
  throw new Error('the provider sends nobody back');
}
