import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../src/config/environment.ts';

const { NODE_ENV } = process.env;
const before = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-environment-'));
  process.chdir(folder);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
  process.env['NODE_ENV'] = NODE_ENV;
});

test('A file .env adds to the environment if there is one, but not in production', () => {
  const load = jest.spyOn(process, 'loadEnvFile').mockImplementation(() => undefined);
  expect(readEnvironment()).toBe(process.env);
  writeFileSync('.env', 'ONE=x\n');
  process.env['NODE_ENV'] = 'production';
  expect(readEnvironment()).toBe(process.env);
  expect(load).not.toHaveBeenCalled();
  process.env['NODE_ENV'] = 'development';
  expect(readEnvironment()).toBe(process.env);
  expect(load.mock.calls).toEqual([['.env']]);
});
