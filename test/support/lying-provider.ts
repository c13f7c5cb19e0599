import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a provider answers where its token endpoint, and its discovery under `/down`, are asked. */
export type Mode = 'well' | 'never' | 'huge' | 'redirect' | 'failing' | 'nonsense' | 'refused code';

/** What a provider says instead of the truth. */
export interface Lies {
  readonly mode?: Mode;
  /** Claims of the ID token that are others; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs by something else than the published key. */
  readonly signature?: 'other key' | 'none' | 'client secret';
  readonly userInfo?: Readonly<Record<string, unknown>>;
  readonly user?: unknown;
  readonly emails?: unknown;
}

export interface LyingProvider {
  readonly base: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The PEM of a key with which Apple's client secrets are signed. */
  readonly applePrivateKey: string;
  /** Says these lies from now on, with the nonce of a request. */
  readonly lie: (lies: Lies, nonce?: string) => void;
  /** The paths that were asked. */
  readonly asked: string[];
  /** Ends the requests that are never answered. */
  readonly release: () => void;
  readonly stop: () => void;
}

const clientId = 'sallyport-test';
const clientSecret = 'a-secret-of-the-client-at-the-provider';

/**
 * Starts a provider of OpenID Connect below `/liar`, `/down` and `/apple`, and below `/slash/`, whose issuer ends in a
 * slash; of GitHub's kind and of Discord's. It lies as told.
 */
export async function startLyingProvider(): Promise<LyingProvider> {
  const [published, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const apple = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(published.publicKey)), kid: 'published', alg: 'RS256', use: 'sig' }] };
  const asked: string[] = [];
  const held: ServerResponse[] = [];
  let lies: Lies = {};
  let nonce: string | undefined;

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const base = `http://localhost:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    asked.push(path);
    const [, kind = '', rest = ''] = /^\/([\w.]+)(\/.*)$/.exec(path) ?? [];
    const url = `${base}/${kind}`;
    const issuer = kind === 'slash' ? `${url}/` : url;
    const isUnreliable = rest.endsWith('token') || kind === 'down';
    if (isUnreliable && lies.mode !== undefined && lies.mode !== 'well') return misbehave(response, lies.mode);
    if (rest === '/.well-known/openid-configuration') return json(response, metadataOf(issuer, url));
    if (rest === '/jwks') return json(response, jwks);
    if (rest === '/userinfo') return json(response, { sub: 'person', ...lies.userInfo });
    if (rest.endsWith('/user') || rest.endsWith('/users/@me')) return json(response, lies.user);
    if (rest.endsWith('/user/emails')) return json(response, lies.emails);
    if (!rest.endsWith('token')) return void response.writeHead(404).end();
    const form = new URLSearchParams(await textOf(request));
    if (kind === 'apple')
      await jwtVerify(form.get('client_secret') ?? '', apple.publicKey, {
        issuer: 'TEAM123456',
        subject: clientId,
        audience: issuer,
        algorithms: ['ES256'],
      });
    const tokens = { access_token: 'an access token of the provider', token_type: 'bearer', expires_in: 60 };
    json(response, kind === 'github' || kind === 'discord' ? tokens : { ...tokens, id_token: await idToken(issuer) });
  }

  async function idToken(issuer: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: clientId,
      sub: 'person',
      iat: now,
      exp: now + 60,
      nonce,
      email: 'person@people.example',
      email_verified: true,
      ...lies.claims,
    };
    if (lies.signature === 'none') return `${part({ alg: 'none' })}.${part(claims)}.`;
    if (lies.signature === 'client secret')
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(clientSecret));
    const { privateKey } = lies.signature === 'other key' ? other : published;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'published' }).sign(privateKey);
  }

  function misbehave(response: ServerResponse, mode: Exclude<Mode, 'well'>): void {
    if (mode === 'never') held.push(response);
    else if (mode === 'huge') json(response, { access_token: 'x'.repeat(300 * 1024), token_type: 'bearer' });
    else if (mode === 'redirect') response.writeHead(302, { location: `${base}/elsewhere/token` }).end();
    else if (mode === 'failing') response.writeHead(500).end('<script>alert(1)</script>');
    else if (mode === 'nonsense') response.setHeader('content-type', 'application/json').end('{"access_token":');
    else {
      response.statusCode = 400;
      json(response, { error: 'invalid_grant', error_description: '<script>alert(1)</script>' });
    }
  }

  return {
    base,
    clientId,
    clientSecret,
    applePrivateKey: await exportPKCS8(apple.privateKey),
    asked,
    lie(said, of) {
      lies = said;
      nonce = of;
    },
    release() {
      for (const response of held.splice(0)) response.destroy();
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const metadataOf = (issuer: string, url: string): object => ({
  issuer,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  userinfo_endpoint: `${url}/userinfo`,
  jwks_uri: `${url}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  authorization_response_iss_parameter_supported: true,
});

const json = (response: ServerResponse, body: unknown): void =>
  void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
