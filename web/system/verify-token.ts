import type { DecodedToken } from './decode-token.ts';

/** What a server publishes about its tokens, and its time as it answered. */
export interface PublicKeys {
  /** The issuer that its tokens name; undefined if it does not tell. */
  readonly issuer: string | undefined;
  readonly keys: ReadonlyArray<JsonWebKey & { readonly kid?: string }>;
  /** What has to be added to this device's clock, in seconds, to have the server's. */
  readonly clockSeconds: number;
}

export type Outcome = 'yes' | 'no' | 'unknown';

export interface Check {
  readonly name: 'Issuer' | 'Key' | 'Signature' | 'Time';
  readonly outcome: Outcome;
  readonly text: string;
}

/** Clocks that differ by less than this agree. */
const clockToleranceSeconds = 30;

interface Algorithm {
  readonly key: EcKeyImportParams | RsaHashedImportParams | { readonly name: string };
  readonly check: EcdsaParams | { readonly name: string };
}

/** The algorithms of JWS with a public key (RFC 7518 §3.1, RFC 8037), as WebCrypto names them. */
const algorithms: Readonly<Record<string, Algorithm | undefined>> = {
  EdDSA: { key: { name: 'Ed25519' }, check: { name: 'Ed25519' } },
  ES256: { key: { name: 'ECDSA', namedCurve: 'P-256' }, check: { name: 'ECDSA', hash: 'SHA-256' } },
  RS256: { key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, check: { name: 'RSASSA-PKCS1-v1_5' } },
};

/** Asks a server for its issuer and its public keys; nothing of a token is sent. */
export async function fetchPublicKeys(serverPath: string, signal: AbortSignal): Promise<PublicKeys> {
  const read = async (path: string): Promise<{ value: Record<string, unknown> | undefined; date: string | null }> => {
    const response = await fetch(`${serverPath}.well-known/${path}`, {
      signal,
      credentials: 'omit',
      cache: 'no-store',
    });
    const value = response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
    return { value, date: response.headers.get('date') };
  };
  const [metadata, jwks] = await Promise.all([read('oauth-authorization-server'), read('jwks.json')]);
  const issuer = metadata.value?.['issuer'];
  const serverMs = Date.parse(jwks.date ?? '');
  return {
    issuer: typeof issuer === 'string' ? issuer : undefined,
    keys: Array.isArray(jwks.value?.['keys']) ? (jwks.value['keys'] as PublicKeys['keys']) : [],
    clockSeconds: Number.isNaN(serverMs) ? 0 : Math.round((serverMs - Date.now()) / 1000),
  };
}

/** Checks a token in the browser, by what the server publishes: each check says what it found, and why. */
export async function checkToken(
  token: string,
  { header, claims }: DecodedToken,
  published: PublicKeys,
): Promise<readonly Check[]> {
  const { key, check } = findKey(header, published.keys);
  const signature =
    key === undefined
      ? unknownSignature(check)
      : await checkSignature(token, String(header['alg']), key).catch(() => cannotCheck(String(header['alg'])));
  return [checkIssuer(claims['iss'], published.issuer), check, signature, checkTime(claims, published.clockSeconds)];
}

/** Sums the checks up: a token counts if all of them do; one that fails decides, and what is unknown leaves it open. */
export function verdictOf(checks: readonly Check[]): Outcome {
  if (checks.some(({ outcome }) => outcome === 'no')) return 'no';
  return checks.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'yes';
}

function checkIssuer(named: unknown, issuer: string | undefined): Check {
  const name = 'Issuer';
  if (issuer === undefined) return { name, outcome: 'unknown', text: 'This server does not publish its name.' };
  if (named === issuer)
    return { name, outcome: 'yes', text: `It says that ${issuer} issued it, which is this server.` };
  const text =
    typeof named === 'string' ? `It says that ${named} issued it; this server is ${issuer}.` : 'It names none.';
  return { name, outcome: 'no', text };
}

function findKey(
  { kid, alg }: DecodedToken['header'],
  keys: PublicKeys['keys'],
): { key?: PublicKeys['keys'][number]; check: Check } {
  const name = 'Key';
  if (keys.length === 0)
    return { check: { name, outcome: 'unknown', text: 'This server publishes no keys: it signs by a secret.' } };
  const key = kid === undefined && keys.length === 1 ? keys[0] : keys.find((one) => one.kid === kid);
  if (key === undefined) {
    const named = typeof kid === 'string' ? `the key ${kid}` : 'no key';
    const text = `It names ${named}, which is none of the ${keys.length} that this server publishes: another server signed it, or a key that is retired.`;
    return { check: { name, outcome: 'no', text } };
  }
  if (key.alg !== undefined && key.alg !== alg)
    return { check: { name, outcome: 'no', text: `It asks for ${String(alg)}, but its key is for ${key.alg} alone.` } };
  return { key, check: { name, outcome: 'yes', text: `Tried with the key ${key.kid ?? 'of this server'}.` } };
}

const unknownSignature = (key: Check): Check => ({
  name: 'Signature',
  outcome: 'unknown',
  text: key.outcome === 'no' ? 'There is no key to check it by.' : 'Only the server can check it.',
});

const cannotCheck = (alg: string): Check => ({
  name: 'Signature',
  outcome: 'unknown',
  text: `This browser cannot check ${alg} at this address: the server can.`,
});

async function checkSignature(token: string, alg: string, key: JsonWebKey): Promise<Check> {
  const algorithm = algorithms[alg];
  const [header = '', claims = '', signature = ''] = token.split('.');
  if (algorithm === undefined) return cannotCheck(alg);
  const { kty, crv, x, y, n, e } = key;
  const bare = Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined));
  const imported = await crypto.subtle.importKey('jwk', bare, algorithm.key, false, ['verify']);
  const signed = new TextEncoder().encode(`${header}.${claims}`);
  const bytes = bytesOf(signature);
  const isGood = bytes !== undefined && (await crypto.subtle.verify(algorithm.check, imported, bytes, signed));
  return isGood
    ? {
        name: 'Signature',
        outcome: 'yes',
        text: `${alg}, checked in this browser: nothing was changed since it was signed.`,
      }
    : { name: 'Signature', outcome: 'no', text: 'It does not fit: the token was changed, or signed by another key.' };
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function checkTime({ exp, nbf }: DecodedToken['claims'], clockSeconds: number): Check {
  const name = 'Time';
  const now = Date.now() / 1000 + clockSeconds;
  const clock =
    Math.abs(clockSeconds) < clockToleranceSeconds
      ? ''
      : ` By the server’s clock: this device’s is ${Math.abs(clockSeconds)} seconds ${clockSeconds > 0 ? 'behind' : 'ahead'}.`;
  if (typeof exp !== 'number') return { name, outcome: 'no', text: 'It names no end.' };
  if (exp <= now) return { name, outcome: 'no', text: `It has expired.${clock}` };
  if (typeof nbf === 'number' && nbf > now + clockToleranceSeconds)
    return { name, outcome: 'no', text: `It does not count yet.${clock}` };
  return { name, outcome: 'yes', text: `It has not expired.${clock}` };
}
