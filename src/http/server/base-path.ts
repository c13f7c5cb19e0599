import type { Handler } from './server.ts';

/**
 * Serves routes below the path of PUBLIC_URL too, since a proxy may or may not take the path away, and well-known ones
 * with the path behind them, which is where clients of an issuer with a path look (RFC 8414 §3.1).
 */
export function withBasePath(
  publicUrl: string,
  routes: Readonly<Record<string, Handler>>,
): Readonly<Record<string, Handler>> {
  const base = basePathOf(publicUrl);
  if (base === '') return routes;
  const below = Object.entries(routes).map(([path, handler]) => [`${base}${path}`, handler]);
  const behind = Object.entries(routes)
    .filter(([path]) => path.startsWith('/.well-known/'))
    .map(([path, handler]) => [`${path}${base}`, handler]);
  return { ...routes, ...Object.fromEntries([...below, ...behind]) };
}

/** Lists the paths at which a route is served: its own, and that below the path of PUBLIC_URL. */
export const pathsBelow = (publicUrl: string, path: string): readonly string[] => [
  path,
  `${basePathOf(publicUrl)}${path}`,
];

const basePathOf = (publicUrl: string): string => new URL(publicUrl).pathname.replace(/\/$/, '');
