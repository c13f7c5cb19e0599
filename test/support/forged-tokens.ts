import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { createHmac, randomUUID } from 'node:crypto';
import { readMasterKey } from '../../src/identity/signing-keys/master-key.ts';
import { openSigningKeys } from '../../src/identity/signing-keys/signing-keys.service.ts';
import { createVault } from '../../src/identity/signing-keys/vault.ts';
import type { TestServer } from './server.ts';

const encode = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const decode = (part = ''): JWTPayload => JSON.parse(Buffer.from(part, 'base64url').toString()) as JWTPayload;

/** What becomes of a genuine access token in the hands of somebody who has no key, and what only a key could make. */
export async function forge(server: TestServer, genuine: string): Promise<Record<string, string>> {
  const [head = '', body = '', signature = ''] = genuine.split('.');
  const [header, claims] = [decode(head), decode(body)];
  return {
    ...(await byWhoHasNoKey({ head, body, signature, header, claims })),
    ...(await byOurKey(server, header, claims)),
  };
}

interface Parts {
  readonly head: string;
  readonly body: string;
  readonly signature: string;
  readonly header: JWTPayload;
  readonly claims: JWTPayload;
}

async function byWhoHasNoKey({ head, body, signature, header, claims }: Parts): Promise<Record<string, string>> {
  const { privateKey: foreign } = await generateKeyPair('EdDSA');
  const kid = String(header['kid']);
  const last = signature.at(-1) ?? '';
  // Of the last character only the first two bits count: its neighbour decodes to the same bytes.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const sameBits = alphabet[alphabet.indexOf(last) ^ 1] ?? '';
  const hmac = (text: string): string => createHmac('sha256', kid).update(text).digest('base64url');
  const asHs256 = `${encode({ ...header, alg: 'HS256' })}.${body}`;
  return {
    'cut off': `${head}.${body}`,
    'without a signature': `${head}.${body}.`,
    truncated: `${head}.${body}.${signature.slice(0, -4)}`,
    'with an altered signature': `${head}.${body}.${signature.slice(0, -6)}AAAAAA`,
    'with altered claims': `${head}.${encode({ ...claims, roles: ['ADMIN'] })}.${signature}`,
    'with a claim twice': `${head}.${encode(`${JSON.stringify(claims).slice(0, -1)},"sub":"x"}`)}.${signature}`,
    padded: `${head}.${body}.${signature}==`,
    'with other low bits': `${head}.${body}.${signature.slice(0, -1)}${sameBits}`,
    'in base64 of another alphabet': `${head}.${body}.${signature.slice(0, -1)}+`,
    'of five parts': `${head}.${body}.${signature}.x.y`,
    oversized: `${head}.${encode({ ...claims, x: 'x'.repeat(7_000) })}.${signature}`,
    'of alg none': new UnsecuredJWT(claims).encode(),
    'of alg HS256': `${asHs256}.${hmac(asHs256)}`,
    'of a foreign key': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .sign(foreign),
    'of an unknown kid': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: randomUUID() })
      .sign(foreign),
    'of a kid that is none': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: "' or 1=1" })
      .sign(foreign),
  };
}

/** Signed by the server's own key: nothing but what is said is wrong. */
async function byOurKey(
  { config, database }: TestServer,
  header: JWTPayload,
  claims: JWTPayload,
): Promise<Record<string, string>> {
  const keys = await openSigningKeys({
    fork: database.fork,
    vault: createVault(readMasterKey(config.masterKey)),
    clock: () => new Date(),
    algorithm: 'EdDSA',
    onFailure: () => undefined,
  });
  const key = keys.active();
  keys.close();
  const sign = async (payload: JWTPayload, typ: string | undefined = 'at+jwt'): Promise<string> =>
    key.sign({ alg: 'EdDSA', kid: key.kid, ...(typ === '' ? {} : { typ }) }, payload);
  const made: Record<string, string> = {
    'of typ JWT': await sign(claims, 'JWT'),
    'of no typ': await sign(claims, ''),
    'of another issuer': await sign({ ...claims, iss: 'http://evil.example.com' }),
    'for another audience': await sign({ ...claims, aud: 'http://evil.example.com' }),
    'of a lifetime beyond a day': await sign({ ...claims, exp: Number(claims.iat) + 90_000 }),
    'of the future': await sign({ ...claims, nbf: Number(claims.nbf) + 600 }),
    'of a client that is none': await sign({ ...claims, client_id: 'somebody', sub: 'somebody' }),
    'of a key in the name of a user': await sign({ ...claims, client_id: `sp_${'0'.repeat(32)}` }),
    'of a key that is unknown': await sign({
      ...claims,
      client_id: `sp_${'0'.repeat(12)}7${'0'.repeat(3)}8${'0'.repeat(15)}`,
      sub: `sp_${'0'.repeat(12)}7${'0'.repeat(3)}8${'0'.repeat(15)}`,
    }),
    'narrowed by a word': await sign({ ...claims, narrowed: 'no' }),
  };
  for (const name of ['iss', 'aud', 'sub', 'exp', 'iat', 'nbf', 'jti', 'sid', 'ver', 'client_id', 'scope']) {
    const { [name]: _, ...rest } = claims;
    made[`without ${name}`] = await sign(rest);
    made[`with an object as ${name}`] = await sign({ ...rest, [name]: { a: 1 } });
    made[`with null as ${name}`] = await sign({ ...rest, [name]: null });
  }
  // What shows that all of these are refused for what is said, and not for how they were made.
  made['genuine'] = await sign({ ...claims, jti: randomUUID() }, String(header['typ']));
  return made;
}
