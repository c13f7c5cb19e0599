import { defineConfig } from 'vite';

const target = process.env['SALLYPORT_URL'] ?? 'http://localhost:4000';

/**
 * The page and the API on one origin, which is the server's PUBLIC_URL: that of the page. What belongs to the server is
 * passed on to it.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite/spa',
  resolve: { conditions: ['sallyport-source', 'module', 'browser', mode] },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/graphql': { target, ws: true }, '/auth': { target } },
  },
}));
