import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { createRights } from '../../../src/access/rights-of-roles.ts';
import { furtherScopes, roles } from '../../../src/access/roles.ts';
import type { TrustedIssuer } from '../../../src/config/parse-trusted-issuers.ts';
import { maxTokenCharacters } from '../../../src/identity/sessions/access-token.ts';
import { claimAt, textsAt } from '../../../src/identity/trusted-issuers/claim-path.ts';
import {
  createIssuerTokens,
  type IssuedToken,
  type IssuerTokens,
} from '../../../src/identity/trusted-issuers/issuer-tokens.ts';
import { readKeySet } from '../../../src/identity/trusted-issuers/read-key-set.ts';
import { issuedId } from '../../../src/identity/trusted-issuers/subject-id.ts';
import { readUnverified } from '../../../src/identity/trusted-issuers/verify-jws.ts';

const now = new Date('2026-01-02T03:04:05Z');
const at = now.getTime() / 1000;
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const secret = 'a secret of at least 32 characters';

interface Pair {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}
async function pairOf(kid: string, alg = 'ES256'): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}
let first: Pair;
let second: Pair;
beforeAll(async () => void ([first, second] = [await pairOf('first'), await pairOf('second')]));

const plain: TrustedIssuer = {
  issuer: 'https://issuer.example.com',
  audience: ['us', 'also us'],
  audienceClaim: 'aud',
  algorithms: ['ES256', 'RS256', 'HS256'],
  jwksUri: 'https://issuer.example.com/jwks',
  secret,
  claims: { roles: 'roles', scopes: 'scope', session: 'sid', attributes: { tenant: 'tenant', teams: 'org.teams' } },
  scopesGrant: false,
  roleMap: null,
  defaultRoles: [],
  demands: {},
  provision: false,
  backChannelLogout: [],
};

/** What the issuer answers to each request; anything thrown is an outage. */
let answer: (url: string) => Response | Promise<Response>;
let asked: string[];
let failures: unknown[];
const serve =
  (...pairs: readonly Pair[]) =>
  (): Response =>
    Response.json({ keys: pairs.map(({ jwk }) => jwk) });
beforeEach(() => {
  answer = serve(first);
  [asked, failures] = [[], []];
});

function tokensOf(changes: Partial<TrustedIssuer> = {}): IssuerTokens {
  return createIssuerTokens({
    trustedIssuers: [{ ...plain, ...changes }],
    fetch: async (url) => (asked.push(url), answer(url)),
    onFailure: (issuer, error) => void failures.push([issuer, error instanceof Error ? error.message : error]),
    rightsOf: createRights(roles),
    knownScopes: new Set(['articles:write', ...furtherScopes]),
  });
}

const claims = { iss: plain.issuer, aud: 'us', sub: 'somebody', iat: at, exp: at + 3600 };
const sign = (changes: object = {}, header: object = {}, { kid, privateKey } = first): Promise<string> =>
  new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...header })
    .sign(privateKey);

async function verify(token: string | Promise<string>, by = tokensOf(), moment = now): Promise<IssuedToken> {
  const text = await token;
  const issuer = by.issuerOf(text);
  if (issuer === null) throw new Error('of no issuer');
  return by.verify(text, issuer, moment);
}
const problemOf = (...request: Parameters<typeof verify>): Promise<unknown> =>
  verify(...request).then(
    () => null,
    (error: { problem?: string; code?: string }) => error.problem ?? error.code,
  );

describe('A claim', () => {
  const found = {
    plain: 'value',
    nested: { list: ['a', 5, 'b'], 'with.dots': { deep: 1 }, '.odd': 'x' },
    'https://example.com/roles': ['c'],
    'https://example.com/a.b': { c: 'd' },
    nothing: null,
  };

  test.each([
    ['plain', 'value'],
    ['nested.list', ['a', 5, 'b']],
    ['nested.with.dots.deep', 1],
    ['https://example.com/roles', ['c']],
    ['https://example.com/a.b.c', 'd'],
    ['plain.length', undefined],
    ['nothing.more', undefined],
    ['nested.missing', undefined],
    ['toString', undefined],
    ['nested..odd', 'x'],
    ['.plain', undefined],
    ['', undefined],
  ])('is read by its path: %s', (path, value) => expect(claimAt(found, path)).toEqual(value));

  test('is read as texts, if it is one or a list of them', () => {
    expect([textsAt(found, 'plain'), textsAt(found, 'nested.list')]).toEqual([['value'], ['a', 'b']]);
    expect([textsAt(found, 'nested'), textsAt(found, 'nothing'), textsAt(found, 'missing')]).toEqual([[], null, null]);
    expect([claimAt(null, 'plain'), claimAt('text', 'length')]).toEqual([undefined, undefined]);
  });
});

describe('The id of what an issuer names', () => {
  test('is a UUID of its own kind, the same each time, and no other’s', () => {
    const id = issuedId('https://a.example', 'subject', 'name');
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(issuedId('https://a.example', 'subject', 'name')).toBe(id);
    expect(issuedId('https://issuer.example.com', 'subject', 'somebody')).toBe('d79be121-2a64-88aa-8bf2-6c2f7d758cd7');
    const others = [
      issuedId('https://b.example', 'subject', 'name'),
      issuedId('https://a.example', 'session', 'name'),
      issuedId('https://a.example', 'subject-without-session', 'name'),
      issuedId('https://a.example', 'subject', 'other'),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });

  test('is well-formed for every name', () => {
    for (let index = 0; index < 200; index += 1)
      expect(issuedId('https://a.example', 'subject', String(index))).toMatch(
        /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
      );
  });
});

describe('A token of an issuer', () => {
  test('is read before it is verified, as far as it is one', async () => {
    const token = await sign();
    expect(readUnverified(token)).toEqual({ header: { alg: 'ES256', kid: 'first', typ: 'JWT' }, claims });
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const endless = `${part({})}.${part({ more: 'x'.repeat(8_192) })}.`;
    const wrong = [
      '',
      'a.b',
      'a.b.c',
      `${token}.more`,
      token.split('.').slice(0, 2).join('.'),
      `${part([])}.${part({})}.x`,
      `${part({})}.${part(null)}.x`,
      `${part({})}.${part('text')}.x`,
      `${part({})}.{}.x`,
      endless,
    ];
    for (const text of wrong) expect(readUnverified(text)).toBeNull();
    const short = `${part({ a: 1 })}.${part({ b: 2 })}.`;
    const longest = short.padEnd(maxTokenCharacters, 'x');
    for (const text of [short, longest]) expect(readUnverified(text)).toEqual({ header: { a: 1 }, claims: { b: 2 } });
    expect(readUnverified(`${longest}x`)).toBeNull();
  });

  test('is of the issuer that it names, exactly', async () => {
    const tokens = tokensOf();
    expect(tokens.issuerOf(await sign())?.issuer.issuer).toBe(plain.issuer);
    for (const iss of [`${plain.issuer}/`, undefined, 5, [plain.issuer]])
      expect(tokens.issuerOf(await sign({ iss }))).toBeNull();
    expect(tokens.issuerOf('no token')).toBeNull();
  });

  test('tells its subject, its session, its times and its name', async () => {
    const told = { nbf: at + 10, name: 'Ada', email: ' Ada@Example.com', email_verified: true, sid: 'one' };
    expect(await verify(sign(told), tokensOf(), after(10))).toEqual({
      issuer: plain,
      subjectId: issuedId(plain.issuer, 'subject', 'somebody'),
      sessionId: issuedId(plain.issuer, 'session', 'one'),
      issuedAt: at,
      notBefore: at + 10,
      expiresAt: at + 3600,
      rights: { roles: [], scopes: [], isNarrowed: false },
      attributes: {},
      verifiedEmail: 'ada@example.com',
      displayName: 'Ada',
    });
    const without = { nbf: at - 10, name: 5, email: 'ada@example.com', email_verified: 'true', sid: '' };
    expect(await verify(sign(without))).toMatchObject({
      sessionId: issuedId(plain.issuer, 'subject-without-session', 'somebody'),
      notBefore: at,
      verifiedEmail: null,
      displayName: null,
    });
    for (const email of [5, 'no e-mail', undefined])
      expect(await verify(sign({ email, email_verified: true, sid: 5 }))).toMatchObject({
        verifiedEmail: null,
        sessionId: issuedId(plain.issuer, 'subject-without-session', 'somebody'),
      });
  });

  test.each<[string, object, object, string | null]>([
    ['for us', {}, {}, null],
    ['for us among others', { aud: ['them', 'also us'] }, {}, null],
    ['for others', { aud: ['them', 5] }, {}, 'audience'],
    ['for nobody', { aud: undefined }, {}, 'audience'],
    ['of the type of access tokens', {}, { typ: 'application/AT+JWT' }, null],
    ['of no type', {}, { typ: undefined }, null],
    ['of another type', {}, { typ: 'id+jwt' }, 'type'],
    ['of a type that is no text', {}, { typ: 5 }, 'type'],
    ['with a critical member', {}, { crit: ['b64'], b64: true }, 'malformed'],
    ['with a name of its key that is no text', {}, { kid: 5 }, 'malformed'],
    ['of an unknown key', {}, { kid: 'unknown' }, 'unknown_key'],
    ['of the only key, without its name', {}, { kid: undefined }, null],
    ['with a logout', { events: {} }, {}, 'kind'],
    ['without a subject', { sub: undefined }, {}, 'subject'],
    ['with an empty subject', { sub: '' }, {}, 'subject'],
    ['with a subject that is no text', { sub: 5 }, {}, 'subject'],
    ['with the longest subject', { sub: 'x'.repeat(255) }, {}, null],
    ['with a longer subject', { sub: 'x'.repeat(256) }, {}, 'subject'],
    ['of one day', { exp: at + 86_400 }, {}, null],
    ['of more than one day', { exp: at + 86_401 }, {}, 'lifetime'],
    ['of no time', { exp: at }, {}, 'lifetime'],
    ['whose time is no number', { iat: 'now' }, {}, 'malformed'],
    ['whose end is no whole number', { exp: at + 0.5 }, {}, 'malformed'],
    ['whose beginning is no number', { nbf: 'now' }, {}, 'malformed'],
    ['of half a minute later', { iat: at + 30 }, {}, null],
    ['of the future', { iat: at + 31 }, {}, 'time'],
    ['that counts in half a minute', { nbf: at + 30 }, {}, null],
    ['that counts later', { nbf: at + 31 }, {}, 'time'],
  ])('%s', async (_, changes, header, problem) => {
    expect(await problemOf(sign(changes, header))).toBe(problem);
  });

  test('counts until half a minute after its end', async () => {
    const tokens = tokensOf();
    const token = await sign({ exp: at + 60 });
    expect(await problemOf(token, tokens)).toBeNull();
    expect(await problemOf(token, tokens, after(89))).toBeNull();
    expect(await problemOf(token, tokens, after(90))).toBe('expired');
    expect(await problemOf(token, tokens, after(89))).toBeNull();
  });

  test('has to be what the issuer demands', async () => {
    const tokens = tokensOf({ demands: { typ: ['Bearer', 'DPoP'], 'nested.kind': [null, 'access'] } });
    expect(await problemOf(sign({ typ: 'Bearer' }), tokens)).toBeNull();
    expect(await problemOf(sign({ typ: 'DPoP', nested: { kind: 'access' } }), tokens)).toBeNull();
    expect(await problemOf(sign({ typ: 'ID' }), tokens)).toBe('kind');
    expect(await problemOf(sign({}), tokens)).toBe('kind');
    expect(await problemOf(sign({ typ: 'Bearer', nested: { kind: 'id' } }), tokens)).toBe('kind');
  });

  test('is signed by a key of its issuer, or by its secret, and by an algorithm that is accepted', async () => {
    expect(await problemOf(sign({}, {}, { ...second, kid: 'first' }))).toBe('signature');
    expect(await problemOf(sign({}, { alg: 'EdDSA' }, await pairOf('first', 'EdDSA')))).toBe('algorithm');
    const bySecret = (text: string): Promise<string> =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(text));
    expect(await problemOf(bySecret(secret))).toBeNull();
    expect(await problemOf(bySecret(`another ${secret}`))).toBe('signature');
    expect(asked).toEqual(['https://issuer.example.com/jwks']);
  });

  test('written otherwise, or altered, is refused', async () => {
    const token = await sign();
    const [head = '', body = '', signature = ''] = token.split('.');
    const altered = Buffer.from(JSON.stringify({ ...claims, sub: 'another' })).toString('base64url');
    expect(await problemOf(`${token}=`)).toBe('malformed');
    const tokens = tokensOf();
    const issuer = tokens.issuerOf(token);
    if (issuer === null) throw new Error('of no issuer');
    for (const text of ['a.b.c', 'none']) await expect(tokens.verify(text, issuer, now)).rejects.toThrow('malformed');
    expect(await problemOf([head, altered, signature].join('.'))).toBe('signature');
    expect(await problemOf([head, body, ''].join('.'))).toBe('signature');
  });
});

describe('The rights of a token', () => {
  const rightsBy = async (changes: Partial<TrustedIssuer>, told: object) =>
    (await verify(sign(told), tokensOf(changes))).rights;
  const named = { ...plain.claims };

  test('are those of the roles that it names, and of those that everybody has', async () => {
    expect(await rightsBy({}, { roles: ['EDITOR', 'KING'] })).toMatchObject({ roles: ['EDITOR', 'VIEWER'] });
    expect(await rightsBy({ defaultRoles: ['MODERATOR'] }, { roles: 'EDITOR' })).toMatchObject({
      roles: ['MODERATOR', 'VIEWER', 'EDITOR'],
    });
    expect(await rightsBy({ claims: { ...named, roles: null } }, { roles: ['ADMIN'] })).toMatchObject({ roles: [] });
    expect(await rightsBy({}, {})).toMatchObject({ roles: [], scopes: [], isNarrowed: false });
  });

  test('are those to which its roles are mapped', async () => {
    const roleMap = { staff: ['EDITOR', 'MODERATOR'] };
    expect((await rightsBy({ roleMap }, { roles: ['staff', 'ADMIN', 'toString'] })).roles).toEqual(
      expect.arrayContaining(['EDITOR', 'MODERATOR']),
    );
    expect((await rightsBy({ roleMap }, { roles: ['ADMIN', 'toString'] })).roles).toEqual([]);
  });

  test('are narrowed by its scopes, if it has any', async () => {
    const editor = { roles: ['EDITOR'] };
    expect((await rightsBy({}, { ...editor, scope: 'articles:read  unknown' })).scopes).toEqual(['articles:read']);
    expect((await rightsBy({}, { ...editor, scope: ['articles:read', 'comments:read'] })).scopes).toEqual([
      'articles:read',
      'comments:read',
    ]);
    expect((await rightsBy({}, { ...editor, scope: '' })).scopes).toEqual([]);
    expect((await rightsBy({}, editor)).scopes).toContain('articles:write');
    expect((await rightsBy({ claims: { ...named, scopes: null } }, { ...editor, scope: '' })).scopes).toContain(
      'articles:write',
    );
  });

  test('are scopes that we know, where scopes grant', async () => {
    const grant = { scopesGrant: true };
    expect(await rightsBy(grant, { roles: ['ADMIN'], scope: 'articles:write users:read * unknown' })).toEqual({
      roles: [],
      scopes: ['articles:write', 'users:read'],
      isNarrowed: true,
    });
    expect(await rightsBy(grant, {})).toEqual({ roles: [], scopes: [], isNarrowed: true });
  });

  test('may depend on attributes, which are scalars and lists of them', async () => {
    const attributesBy = async (told: object) => (await verify(sign(told))).attributes;
    expect(await attributesBy({ tenant: 'a', org: { teams: ['x', 1, true] } })).toEqual({
      tenant: 'a',
      teams: ['x', 1, true],
    });
    expect(await attributesBy({ tenant: { name: 'a' }, org: { teams: ['x', null] } })).toEqual({});
    expect(await attributesBy({})).toEqual({});
  });
});

describe('The keys of an issuer', () => {
  const unavailable = 'SERVICE_UNAVAILABLE';
  const outage = (): Response => {
    throw new Error('down');
  };

  test('are asked for once, whoever waits for them', async () => {
    const tokens = tokensOf();
    expect(await Promise.all([problemOf(sign(), tokens), problemOf(sign({ sub: 'b' }), tokens)])).toEqual([null, null]);
    expect(asked).toEqual(['https://issuer.example.com/jwks']);
  });

  test('are looked for again for an unknown key, once in half a minute', async () => {
    const tokens = tokensOf();
    await verify(sign(), tokens);
    answer = serve(first, second);
    const ofSecond = await sign({}, {}, second);
    expect(await problemOf(ofSecond, tokens, after(29))).toBe('unknown_key');
    expect(asked).toHaveLength(1);
    expect(await problemOf(ofSecond, tokens, after(30))).toBeNull();
    expect(asked).toHaveLength(2);
  });

  test('are taken back within ten minutes, beside the requests', async () => {
    const tokens = tokensOf();
    const [token, other] = [await sign(), await sign({ sub: 'b' })];
    await verify(token, tokens);
    answer = serve(second);
    expect(await problemOf(other, tokens, after(600))).toBeNull();
    expect(asked).toHaveLength(1);
    expect(await problemOf(await sign({ sub: 'c' }), tokens, after(601))).toBeNull();
    await new Promise(setImmediate);
    expect(asked).toHaveLength(2);
    expect([await problemOf(token, tokens, after(602)), await problemOf(other, tokens, after(602))]).toEqual([
      'unknown_key',
      'unknown_key',
    ]);
  });

  test('are an outage until they were read once, and tried again after five seconds', async () => {
    answer = outage;
    const tokens = tokensOf();
    const token = await sign();
    expect(await problemOf(token, tokens)).toBe(unavailable);
    expect(failures).toEqual([[plain.issuer, 'down']]);
    answer = serve(first);
    expect(await problemOf(token, tokens, after(4))).toBe(unavailable);
    expect(await problemOf(token, tokens, after(5))).toBeNull();
    expect(asked).toHaveLength(2);
  });

  test('outlive an outage for a day', async () => {
    const tokens = tokensOf();
    await verify(sign(), tokens);
    answer = outage;
    const later = await sign({ iat: at + 86_000, exp: at + 90_000 });
    expect(await problemOf(later, tokens, after(86_400))).toBeNull();
    await new Promise(setImmediate);
    const last = await sign({ sub: 'c', iat: at + 86_000, exp: at + 90_000 });
    expect(await problemOf(last, tokens, after(86_401))).toBe(unavailable);
    expect(await problemOf(later, tokens, after(86_401))).toBe(unavailable);
    expect(await verify(last, tokens, after(86_401)).catch((error: unknown) => error)).toMatchObject({
      options: { retryAfterSeconds: 5, refusal: 'unavailable' },
    });
  });

  test('are those that the discovery document names, of this issuer alone', async () => {
    const document = { issuer: plain.issuer, jwks_uri: 'https://keys.example.com/' };
    const discovering =
      (found: object) =>
      (url: string): Response =>
        url.endsWith('openid-configuration') ? Response.json(found) : Response.json({ keys: [first.jwk] });
    answer = discovering(document);
    expect(await problemOf(sign(), tokensOf({ jwksUri: null }))).toBeNull();
    expect(asked).toEqual([`${plain.issuer}/.well-known/openid-configuration`, document.jwks_uri]);
    for (const wrong of [
      { ...document, issuer: `${plain.issuer}/` },
      { ...document, jwks_uri: 5 },
    ]) {
      answer = discovering(wrong);
      expect(await problemOf(sign(), tokensOf({ jwksUri: null }))).toBe(unavailable);
    }
    expect(failures.at(-1)).toEqual([plain.issuer, 'The discovery document is of another issuer.']);
    asked.length = 0;
    const issuer = `${plain.issuer}/`;
    answer = discovering({ ...document, issuer });
    expect(await problemOf(sign({ iss: issuer }), tokensOf({ issuer, jwksUri: null }))).toBeNull();
    expect(asked[0]).toBe(`${plain.issuer}/.well-known/openid-configuration`);
  });

  test.each([
    ['has another status', () => Response.json({ keys: [first.jwk] }, { status: 203 }), 'The answer has status 203.'],
    ['is no object', () => Response.json('text'), 'The answer is no JSON object.'],
    ['is nothing', () => Response.json(null), 'The answer is no JSON object.'],
    ['has no key', () => Response.json({ keys: [] }), 'The key set has no usable key.'],
  ])('are unknown if the answer %s', async (_, given, message) => {
    answer = given;
    expect(await problemOf(sign())).toBe(unavailable);
    expect(failures).toEqual([[plain.issuer, message]]);
  });

  test('are tried again after five seconds only while none is known', async () => {
    const tokens = tokensOf();
    await verify(sign(), tokens);
    answer = outage;
    const unknown = await sign({}, { kid: 'unknown' });
    expect(await problemOf(unknown, tokens, after(30))).toBe('unknown_key');
    expect(await problemOf(unknown, tokens, after(59))).toBe('unknown_key');
    expect(asked).toHaveLength(2);
    expect(await problemOf(unknown, tokens, after(60))).toBe('unknown_key');
    expect(asked).toHaveLength(3);
  });

  test('that are stale are asked for once in half a minute, and keep no known key waiting', async () => {
    const tokens = tokensOf();
    await verify(sign(), tokens);
    let end = (): void => undefined;
    answer = () => new Promise((_, reject) => (end = () => reject(new Error('slow'))));
    for (const seconds of [601, 602, 630]) {
      expect(await problemOf(await sign({ sub: String(seconds) }), tokens, after(seconds))).toBeNull();
      expect(asked).toHaveLength(2);
    }
    const waiting = problemOf(await sign({}, { kid: 'unknown' }), tokens, after(602));
    await new Promise(setImmediate);
    end();
    expect([await waiting, failures]).toEqual(['unknown_key', [[plain.issuer, 'slow']]]);
    expect(await problemOf(await sign({ sub: 'before' }), tokens, after(630))).toBeNull();
    expect(asked).toHaveLength(2);
    expect(await problemOf(await sign({ sub: 'a' }), tokens, after(632))).toBeNull();
    expect(asked).toHaveLength(3);
    end();
  });

  test('that are on their way are waited for by every token of an unknown key', async () => {
    const tokens = tokensOf();
    await verify(sign(), tokens);
    let end = (): void => undefined;
    answer = () => new Promise((resolve) => (end = () => resolve(serve(first, second)())));
    const one = problemOf(await sign({}, {}, second), tokens, after(31));
    const other = problemOf(await sign({ sub: 'b' }, {}, second), tokens, after(32));
    await new Promise(setImmediate);
    end();
    expect([await one, await other, asked.length]).toEqual([null, null, 2]);
  });

  test('are for one algorithm each, if two kinds have one name', async () => {
    const pair = await pairOf('first', 'RS256');
    answer = serve(first, pair);
    expect(await problemOf(sign())).toBeNull();
    expect(await problemOf(sign({}, { alg: 'RS256' }, pair))).toBeNull();
  });

  test('of a token that was seen before are looked at again, and its signature is not', async () => {
    answer = serve(first, second);
    const tokens = tokensOf();
    const token = await sign();
    const before = await verify(token, tokens);
    expect(await verify(token, tokens)).toBe(before);
    const bySecret = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
    const symmetric = await verify(bySecret, tokens);
    expect(await verify(bySecret, tokens)).toBe(symmetric);
    answer = serve(first);
    expect(await problemOf(sign({}, { kid: 'unknown' }), tokens, after(31))).toBe('unknown_key');
    expect(await verify(token, tokens)).not.toBe(before);
    expect(asked).toHaveLength(2);
  });

  test('are ambiguous if two have one name', async () => {
    answer = serve(first, { ...second, jwk: { ...second.jwk, kid: 'first' } });
    expect(await problemOf(sign())).toBe('unknown_key');
    answer = serve(first, second);
    expect(await problemOf(sign({}, { kid: undefined }))).toBe('unknown_key');
  });

  test('are no secret where there is none', async () => {
    const bySecret = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
    expect(await problemOf(bySecret, tokensOf({ secret: null }))).toBe('unknown_key');
    expect(asked).toEqual([]);
  });
});

describe('A key set', () => {
  const algorithms = ['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];
  const jwkOf = (type: 'rsa' | 'ec' | 'ed25519', bits = 2048, publicExponent = 65_537): JWK => {
    const made =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: bits, publicExponent })
        : type === 'ec'
          ? generateKeyPairSync('ec', { namedCurve: bits === 384 ? 'P-384' : bits === 521 ? 'P-521' : 'P-256' })
          : generateKeyPairSync('ed25519');
    return made.publicKey.export({ format: 'jwk' });
  };
  const read = (...keys: readonly unknown[]) =>
    readKeySet({ keys }, algorithms)?.map(({ kid, algorithms: those }) => [kid, ...those]) ?? null;
  let rsa: JWK;
  let ec: JWK;
  beforeAll(() => void ([rsa, ec] = [jwkOf('rsa'), jwkOf('ec')]));

  test('has keys for the algorithms of their kind that are accepted', () => {
    expect(read(rsa)).toEqual([[undefined, 'RS256', 'RS512', 'PS256']]);
    expect(read({ ...rsa, alg: 'RS512', kid: 'a' }, { ...ec, kid: 'b' })).toEqual([
      ['a', 'RS512'],
      ['b', 'ES256'],
    ]);
    expect(read(jwkOf('ec', 384), jwkOf('ed25519'))).toEqual([
      [undefined, 'ES384'],
      [undefined, 'EdDSA'],
    ]);
    const exchange = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
    expect(read(exchange, jwkOf('ec', 521), { ...rsa, alg: 'ES256' }, { ...ec, crv: undefined })).toBeNull();
  });

  test('has keys that are for signatures', () => {
    expect(read({ ...ec, use: 'sig', key_ops: ['verify'] })).toEqual([[undefined, 'ES256']]);
    for (const other of [{ use: 'enc' }, { key_ops: ['encrypt'] }, { key_ops: 'verify' }, { key_ops: [] }])
      expect(read({ ...ec, ...other })).toBeNull();
  });

  test.each(['d', 'p', 'q', 'k'])('has no key whose secret is there, too: %s', (member) => {
    expect(read({ ...ec, [member]: 'AAAA' })).toBeNull();
  });

  test('has no key that is none, or has no name that is a text', () => {
    expect(read(null, 'text', 5, {}, { ...ec, kid: 5 }, { ...ec, x: 'AAAA' })).toBeNull();
  });

  test('has no weak key, and none that takes for ever', () => {
    expect(read(jwkOf('rsa', 1024))).toBeNull();
    const exponent = (value: bigint): string =>
      Buffer.from(value.toString(16).padStart(10, '0'), 'hex').toString('base64url');
    for (const [e, isSound] of [
      [3n, true],
      [2n ** 32n - 1n, true],
      [1n, false],
      [2n, false],
      [4n, false],
      [2n ** 32n, false],
      [2n ** 32n + 1n, false],
    ] as const)
      expect([e, read({ ...rsa, e: exponent(e) }) !== null]).toEqual([e, isSound]);
    const modulus = (bits: number): string => Buffer.alloc(bits / 8, 0xff).toString('base64url');
    for (const [bits, isSound] of [
      [2040, false],
      [2048, true],
      [8192, true],
      [8200, false],
    ] as const)
      expect([bits, read({ ...rsa, n: modulus(bits) }) !== null]).toEqual([bits, isSound]);
  });

  test('is a list of a hundred keys at most', () => {
    const many = Array.from({ length: 101 }, () => ({ ...ec }));
    expect(read(...many.slice(1))).toHaveLength(100);
    expect(read(...many)).toBeNull();
    for (const wrong of [null, 'text', {}, { keys: {} }, [], 5]) expect(readKeySet(wrong, algorithms)).toBeNull();
  });
});
