import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// Whatever it is where the console is built, as in a test: React's checks for developers double its size.
process.env['NODE_ENV'] = 'production';

const outDir = join(import.meta.dirname, '../dist/console');

/** Writes a compressed twin beside each file that compresses, for the server to send as it is. */
const compressAhead = (): Plugin => ({
  name: 'compress-ahead',
  apply: 'build',
  closeBundle() {
    const folder = join(outDir, 'assets');
    for (const name of readdirSync(folder).filter((file) => /\.(?:js|css|svg)$/.test(file))) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(readFileSync(join(folder, name)), { params }));
    }
  },
});

/** Leaves out what the components say in other languages than the console's. */
const onlyEnglish = (): Plugin => ({
  name: 'only-english',
  enforce: 'pre',
  load: (id) =>
    /\/react-(?:aria|stately)\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.\w+$/.test(id) ? 'export default {};' : null,
});

export default defineConfig({
  root: import.meta.dirname,
  // The page says where it is served by its `base` element.
  base: './',
  publicDir: false,
  logLevel: 'warn',
  plugins: [onlyEnglish(), compressAhead()],
  resolve: { conditions: ['sallyport-source', 'module', 'browser', 'production'] },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // A script of another origin is never loaded, and data URLs of scripts are refused by the page's policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      onLog: (level, log, handle) => {
        // Packages say so for servers that render; a bundle for browsers needs none of it.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
});
