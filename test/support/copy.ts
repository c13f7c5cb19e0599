import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './process.ts';

/** A copy of the server in a new folder, for a test to change and start. */
export const copyServer = (): string => copy(['start.js', 'src', 'schema', 'migrations', 'package.json']);

/** Neither what is made by running, nor what only this checkout needs. */
const ownAlone = ['node_modules', '.git', 'data', 'dist', 'coverage', '.env'];

/** A copy of the whole project, tests and all. */
export const copyProject = (): string => copy(readdirSync(root).filter((name) => !ownAlone.includes(name)));

function copy(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-copy-'));
  for (const name of names) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
