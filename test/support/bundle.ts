import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const bundler = join(root, 'node_modules/rolldown/bin/cli.mjs');

/**
 * What a browser is given for a module: with what it imports of packages, and of ours from the source. In a process of
 * its own, as a build is.
 */
export async function bundle(text: string): Promise<string> {
  const folder = mkdtempSync(join(root, 'node_modules/.bundle-'));
  const [input, file, config] = [join(folder, 'page.ts'), join(folder, 'page.js'), join(folder, 'config.mjs')];
  const options = {
    input,
    output: { file, format: 'esm', minify: true },
    platform: 'browser',
    resolve: { conditionNames: ['sallyport-source', 'browser', 'module', 'import', 'default'] },
  };
  writeFileSync(input, text);
  writeFileSync(config, `export default ${JSON.stringify(options)};`);
  try {
    await promisify(execFile)(process.execPath, [bundler, '-c', config], { cwd: root });
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
