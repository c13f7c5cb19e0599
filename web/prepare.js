// Run by npm after an install. An install without development packages has no bundler, and its server no console.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundler = new URL('../node_modules/vite/package.json', import.meta.url);
if (existsSync(bundler)) {
  const { build } = await import('vite');
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)) });
} else {
  process.stdout.write('The console is not built, since the development packages are not installed.\n');
}
