import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

/** Another issuer: a key, which it serves on loopback, and the tokens that it signs. */
export interface Issuer {
  readonly jwksUri: string;
  /** How often its keys were asked for. */
  readonly fetches: () => number;
  /** Decides what it answers from now on; by default its keys. */
  readonly answer: (how: (response: ServerResponse) => void) => void;
  readonly serveKeys: (keys: readonly JWK[]) => void;
  readonly publicKey: JWK;
  readonly kid: string;
  /** Replaces its key by another, with the next name, and serves that. */
  readonly rotate: () => Promise<void>;
  readonly sign: (claims: JWTPayload, header?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openIssuer(algorithm: Algorithm = 'ES256'): Promise<Issuer> {
  let number = 0;
  let key = await newKey(algorithm, `key-${number}`);
  let fetches = 0;
  const withKeys =
    (keys: readonly JWK[]) =>
    (response: ServerResponse): void =>
      void response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  let answer = withKeys([key.publicKey]);
  const server = createServer((_, response) => {
    fetches += 1;
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    jwksUri: `http://localhost:${(server.address() as AddressInfo).port}/jwks`,
    fetches: () => fetches,
    answer: (how) => void (answer = how),
    serveKeys: (keys) => void (answer = withKeys(keys)),
    get publicKey() {
      return key.publicKey;
    },
    get kid() {
      return key.kid;
    },
    async rotate() {
      number += 1;
      key = await newKey(algorithm, `key-${number}`);
      answer = withKeys([key.publicKey]);
    },
    sign: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT', ...header })
        .sign(key.privateKey),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function newKey(algorithm: Algorithm, kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { kid, privateKey, publicKey: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } };
}

/** Times of a token that was issued now, in seconds since 1970. */
export function times(now: Date, lifetimeSeconds = 3600): { iat: number; exp: number } {
  const iat = Math.floor(now.getTime() / 1000);
  return { iat, exp: iat + lifetimeSeconds };
}
