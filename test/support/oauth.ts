import type { Client } from './client.ts';
import { noteSecrets } from './secret-leak-check.ts';

export interface OAuthAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Parameters = Readonly<Record<string, string>> | Array<[string, string]>;

/** Sends a form to an endpoint below `/oauth/`, as RFC 6749 has it. */
export async function sendForm(
  url: string,
  endpoint: 'token' | 'revoke' | 'introspect',
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<OAuthAnswer> {
  const response = await fetch(`${url}/oauth/${endpoint}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(parameters).toString(),
  });
  const body = (await response.json()) as OAuthAnswer['body'];
  noteSecrets([Array.isArray(parameters) ? Object.fromEntries(parameters) : parameters, headers, body]);
  return { status: response.status, headers: response.headers, body };
}

export interface ApiKey {
  readonly id: string;
  readonly secret: string;
  /** Its `client_id`. */
  readonly prefix: string;
}

const create =
  'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id prefix scopes } } }';

/** A key of whoever the client is. */
export async function makeKey(owner: Client, scopes: readonly string[], input: object = {}): Promise<ApiKey> {
  const { createApiKey } = await owner.get<{ createApiKey: { secret: string; apiKey: ApiKey } }>(create, {
    input: { name: 'service', scopes, ...input },
  });
  return { ...createApiKey.apiKey, secret: createApiKey.secret };
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
