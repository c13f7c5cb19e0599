import { expect, test } from '@jest/globals';
import { createVault, WrongMasterKeyError } from '../src/identity/signing-keys/vault.ts';

const vault = createVault(Buffer.alloc(32, 1));
const secret = new TextEncoder().encode('a secret');

test('What is sealed opens by its key and for its purpose alone', async () => {
  const sealed = await vault.seal('access key 1', secret);
  expect(await vault.open('access key 1', sealed)).toEqual(secret);
  // A row that stands in for another, such as a refresh root put in the place of a signing key, is of no use.
  await expect(vault.open('refresh key 1', sealed)).rejects.toThrow(WrongMasterKeyError);
  await expect(createVault(Buffer.alloc(32, 2)).open('access key 1', sealed)).rejects.toThrow(WrongMasterKeyError);
  const [head = '', ...rest] = sealed.split('.');
  const forged = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', sub: 'refresh key 1' })).toString(
    'base64url',
  );
  await expect(vault.open('refresh key 1', [forged, ...rest].join('.'))).rejects.toThrow(WrongMasterKeyError);
  expect(head).not.toBe(forged);
});
