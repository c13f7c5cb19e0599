import { decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { TokenAlgorithm } from '../../src/config/config.ts';
import { openSigningKeys, type SigningKeys } from '../../src/identity/signing-keys/signing-keys.service.ts';
import { createVault, type Vault } from '../../src/identity/signing-keys/vault.ts';
import { createClient, type Answer } from './client.ts';
import type { TestServer } from './server.ts';

/** A master key, as the environment has it, and what it opens. The first is the one that test servers have. */
export const masterKey = (fill: number): { readonly MASTER_KEY: string } => ({
  MASTER_KEY: Buffer.alloc(32, fill).toString('base64'),
});
export const vaultOf = (fill: number): Vault => createVault(Buffer.alloc(32, fill));

interface Holder {
  readonly accessToken: string;
}

/** The key that signed somebody's access token. */
export const kidOf = ({ accessToken }: Holder): string => decodeProtectedHeader(accessToken).kid ?? '';

/** What a server answers to who comes with an access token. */
export const askAs = (on: TestServer, { accessToken }: Holder): Promise<Answer> =>
  createClient(on.url, { authorization: `Bearer ${accessToken}` }).ask('{ me { id } }');

export const isSignedIn = async (on: TestServer, holder: Holder): Promise<boolean> =>
  (await askAs(on, holder)).status === 200;

export async function publishedKeys(on: TestServer): Promise<JWK[]> {
  const { keys } = (await (await fetch(`${on.url}/.well-known/jwks.json`)).json()) as { keys: JWK[] };
  return keys;
}

export const publishedKids = async (on: TestServer): Promise<string[]> =>
  (await publishedKeys(on)).map(({ kid = '' }) => kid);

/** Nodes follow within seconds: asks until it is so, and gives up in time. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let triesLeft = 60; triesLeft > 0; triesLeft -= 1) {
    if (await holds()) return true;
    await setTimeout(250);
  }
  return false;
}

/** The keys as a node finds them that starts now, with a master key of its own; it reads nothing of what becomes of them. */
export async function openKeys(
  fork: TestServer['database']['fork'],
  fill = 1,
  algorithm: TokenAlgorithm = 'EdDSA',
): Promise<SigningKeys> {
  const clock = () => new Date();
  const keys = await openSigningKeys({ fork, vault: vaultOf(fill), clock, algorithm, onFailure: () => undefined });
  keys.close();
  return keys;
}

/** The same access token as another node would give it out, one that has followed already and has the right master key. */
export async function signedElsewhere(
  { database, config }: TestServer,
  { accessToken }: Holder,
  fill = 1,
): Promise<Holder> {
  const { kid, algorithm, sign } = (await openKeys(database.fork, fill, config.tokens.algorithm)).active();
  const header = { alg: algorithm, typ: 'at+jwt', kid };
  return { accessToken: await sign(header, { ...decodeJwt(accessToken), jti: randomUUID() }) };
}

/** An access token that differs from a genuine one in its key: nobody knows that. */
export function ofUnknownKey({ accessToken }: Holder): Holder {
  const [head = '', ...rest] = accessToken.split('.');
  const header: object = JSON.parse(Buffer.from(head, 'base64url').toString());
  const unknown = Buffer.from(JSON.stringify({ ...header, kid: randomUUID() })).toString('base64url');
  return { accessToken: [unknown, ...rest].join('.') };
}
