import { beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet } from 'jose';
import { createHash } from 'node:crypto';
import { signPage, verifyPage, type SignClaims } from '../../src/access/signed-page.ts';

const page = '<p>ä</p>\n';
const issuer = 'https://api.example.com';
const now = new Date('2026-12-01T12:00:00.900Z');
const noSignature = 'The last line of the page is no signature.';
const noneOfThese = 'The signature is by none of these keys.';

let privateKey: CryptoKey;
let keys: JSONWebKeySet;
beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  privateKey = pair.privateKey;
  keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'a', alg: 'EdDSA', use: 'sig' }] };
});

const signAs =
  (header: object = { kid: 'a' }, changes: object = {}): SignClaims =>
  async (typ, claims) => ({
    token: await new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'EdDSA', typ, ...header })
      .sign(privateKey),
    kid: 'a',
  });
const signed = async (sign: SignClaims = signAs()): Promise<string> =>
  (await signPage(page, { sign, issuer, now })).html;
const verified = (text: string) => verifyPage(Buffer.from(text), keys);

describe('A signed page', () => {
  test('is the page, with whose it is, of when and by which key in its last line', async () => {
    const { html, keyId } = await signPage(page, { sign: signAs(), issuer, now });
    expect(keyId).toBe('a');
    expect(html).toMatch(/^<p>ä<\/p>\n<!-- signature [\w-]+\.[\w-]+\.[\w-]+ -->\n$/);
    const [, claims = ''] = html.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iss: issuer,
      iat: Math.floor(now.getTime() / 1000),
      sha256: createHash('sha256').update(page).digest('base64url'),
    });
    expect(await verified(html)).toEqual({ issuer, signedAt: new Date('2026-12-01T12:00:00Z'), keyId: 'a' });
  });

  test('may leave it to the keys by which of them it is', async () => {
    expect(await verified(await signed(signAs({})))).toMatchObject({ issuer, keyId: '' });
  });

  test('proves nothing without its last line, or with another end of it', async () => {
    const html = await signed();
    for (const text of ['', '\n', page, ' -->\n', html.slice(0, -1), html.replace(' -->\n', ' ---->'), `${html} `])
      await expect(verified(text)).rejects.toThrow(noSignature);
  });

  test('proves nothing by another key, as a text of another kind, or without one of its claims', async () => {
    const html = await signed();
    await expect(verifyPage(Buffer.from(html), { keys: [] })).rejects.toThrow(noneOfThese);
    await expect(verified(await signed(signAs({ kid: 'b' })))).rejects.toThrow(noneOfThese);
    await expect(verified(await signed(signAs({ kid: 'a', typ: 'at+jwt' })))).rejects.toThrow(noneOfThese);
    for (const claim of ['iss', 'iat', 'sha256'])
      await expect(verified(await signed(signAs({ kid: 'a' }, { [claim]: undefined })))).rejects.toThrow(noneOfThese);
  });

  test('proves nothing by a secret, even if that is among the keys', async () => {
    const secret = Buffer.alloc(32, 1);
    const sign: SignClaims = async (typ, claims) => ({
      token: await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ, kid: 's' }).sign(secret),
      kid: 's',
    });
    const jwks = { keys: [{ kty: 'oct', k: secret.toString('base64url'), kid: 's', alg: 'HS256' }] };
    await expect(verifyPage(Buffer.from(await signed(sign)), jwks)).rejects.toThrow(noneOfThese);
  });

  test('proves nothing once a byte before the last line is changed', async () => {
    const html = await signed();
    for (const text of [html.replace('ä', 'a'), ` ${html}`, html.replace('\n', ''), html + html])
      await expect(verified(text)).rejects.toThrow('The page was changed after it was signed.');
  });
});
