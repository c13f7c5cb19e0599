import { expect, test } from '@jest/globals';
import { CompactEncrypt, generateKeyPair } from 'jose';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMasterKey } from '../../../src/identity/signing-keys/master-key.ts';
import { createVault, WrongMasterKeyError } from '../../../src/identity/signing-keys/vault.ts';

const masterKey = Buffer.alloc(32, 1);
const vault = createVault(masterKey);
const secret = new TextEncoder().encode('a secret');

test('What is sealed opens by its key and for its purpose alone', async () => {
  const sealed = await vault.seal('access key 1', secret);
  expect(await vault.open('access key 1', sealed)).toEqual(secret);
  // A row that stands in for another, such as a refresh root put in the place of a signing key, is of no use.
  await expect(vault.open('refresh key 1', sealed)).rejects.toThrow(WrongMasterKeyError);
  await expect(createVault(Buffer.alloc(32, 2)).open('access key 1', sealed)).rejects.toThrow(WrongMasterKeyError);
  await expect(createVault(Buffer.alloc(32, 2)).open('access key 1', sealed)).rejects.toThrow(
    'MASTER_KEY does not open the access key 1 stored in this database. Set the key with which the database was first ' +
      'started, or to which `keys reseal` changed it (in development it is in DATA_DIR/master.key).',
  );
  const [head = '', ...rest] = sealed.split('.');
  const forged = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', sub: 'refresh key 1' })).toString(
    'base64url',
  );
  await expect(vault.open('refresh key 1', [forged, ...rest].join('.'))).rejects.toThrow(WrongMasterKeyError);
  expect(head).not.toBe(forged);
});

test('What is sealed shows nothing of what is in it, and is another text each time', async () => {
  const texts = await Promise.all([vault.seal('access key 1', secret), vault.seal('access key 1', secret)]);
  expect(new Set(texts).size).toBe(2);
  for (const text of texts)
    for (const part of text.split('.'))
      expect(Buffer.from(part, 'base64url').includes(Buffer.from(secret))).toBe(false);
});

test('The vault opens what is sealed in its own way alone (RFC 8725 §3.1)', async () => {
  const sealedBy = (alg: string, enc: string, key: Parameters<CompactEncrypt['encrypt']>[0]): Promise<string> =>
    new CompactEncrypt(secret).setProtectedHeader({ alg, enc, sub: 'access key 1' }).encrypt(key);
  for (const [alg, enc] of [
    ['A256KW', 'A256GCM'],
    ['A256GCMKW', 'A256GCM'],
    ['dir', 'A128CBC-HS256'],
  ] as const)
    await expect(vault.open('access key 1', await sealedBy(alg, enc, masterKey))).rejects.toThrow(WrongMasterKeyError);
  const { publicKey } = await generateKeyPair('ECDH-ES');
  await expect(vault.open('access key 1', await sealedBy('ECDH-ES', 'A256GCM', publicKey))).rejects.toThrow(
    WrongMasterKeyError,
  );
});

test('The master key of development is made once, and must be one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-master-'));
  const file = join(folder, 'data', 'master.key');
  const made = readMasterKey({ file });
  expect(made).toHaveLength(32);
  expect(readMasterKey({ file })).toEqual(made);
  expect(Buffer.from(readFileSync(file, 'utf8'), 'base64')).toEqual(made);
  writeFileSync(file, 'c2hvcnQ=\n');
  expect(() => readMasterKey({ file })).toThrow(`${file} does not hold a key: expected 32 bytes in base64.`);
  const below = join(file, 'below');
  expect(() => readMasterKey({ file: join(below, 'master.key') })).toThrow(
    new RegExp(`^${below} cannot be used: ENOTDIR: .*\\. Set DATA_DIR to a folder in which this process may write\\.$`),
  );
  rmSync(folder, { recursive: true });
});
