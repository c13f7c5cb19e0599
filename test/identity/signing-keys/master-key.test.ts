import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMasterKey } from '../../../src/identity/signing-keys/master-key.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-master-'));
  file = join(folder, 'data', 'master.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('The file of the master key', () => {
  test('is made by the first start, with 32 bytes that no other user of the machine may read', () => {
    expect(readMasterKey({ file })).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(readMasterKey({ file: join(folder, 'other.key') })).not.toEqual(readMasterKey({ file }));
  });

  test('is left as it is by all that follow', () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, Buffer.alloc(32, 7).toString('base64'));
    expect(readMasterKey({ file })).toEqual(Buffer.alloc(32, 7));
    expect(readFileSync(file, 'utf8')).toBe(Buffer.alloc(32, 7).toString('base64'));
  });

  test.each([0, 16, 31, 33, 64])('is no key if it holds %i bytes', (length) => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, Buffer.alloc(length, 7).toString('base64'));
    expect(() => readMasterKey({ file })).toThrow(`${file} does not hold a key: expected 32 bytes in base64.`);
  });

  test('that cannot be made fails for that reason, and not because there is none', () => {
    expect(() => readMasterKey({ file: `${join(folder, 'master.key')}/` })).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'EISDIR' }) }),
    );
  });
});

test('A master key that is configured is taken as it is, and no file is made', () => {
  const configured = Buffer.alloc(32, 3);
  expect(readMasterKey(configured)).toBe(configured);
  expect(existsSync(file)).toBe(false);
});
