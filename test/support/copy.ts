import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './process.ts';

/** A copy of the server in a new folder, for a test to change and start. */
export function copyServer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-copy-'));
  for (const name of ['src', 'schema', 'migrations', 'package.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
