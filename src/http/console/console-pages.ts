import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { pagePermissions } from '../server/answer-headers.ts';
import { requireGet, type Handler } from '../server/server.ts';
import { createStaticFiles } from '../server/static-files.ts';

export interface ConsolePagesDeps {
  /** The folder that `npm run build:console` made. */
  readonly folder: string;
  readonly publicUrl: string;
  readonly production: boolean;
  /** True if this server has pages for accounts, such as `/sign-in`. */
  readonly hasPages: boolean;
}

/** The policy of the page: nothing of another origin, and no script that is not a file of ours. */
export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The explorer's editor and the components set styles while they run.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Creates the routes of the console, whose one page answers at every URL below `/console`, and at `/explorer`. It
 * has no rights but those of the user who is signed in.
 */
export function createConsolePages(deps: ConsolePagesDeps): Readonly<Record<string, Handler>> {
  const page = pageHandler(deps);
  return {
    '/console': page,
    '/console/*': page,
    '/console/assets/*': createStaticFiles({ folder: join(deps.folder, 'assets'), below: '/console/assets/' }),
    '/explorer': page,
  };
}

function pageHandler(deps: ConsolePagesDeps): Handler {
  return (request, response) => {
    requireGet(request);
    const body = pageOf(deps);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('content-security-policy', consolePolicy);
    response.setHeader('permissions-policy', pagePermissions);
    response.writeHead(200).end(body);
  };
}

/** Returns the built page with what only the server knows: its base, its public URL, its mode and its other pages. */
function pageOf({ folder, publicUrl, production, hasPages }: ConsolePagesDeps): string {
  const file = join(folder, 'index.html');
  if (!existsSync(file)) {
    throw new AppError(
      'NOT_FOUND',
      'The console is not built: run `npm run build:console` in the folder of the server.',
    );
  }
  const { origin, pathname } = new URL(publicUrl);
  const facts: Readonly<Record<string, string>> = {
    base: `${pathname.replace(/\/$/, '')}/console/`,
    origin,
    mode: production ? 'production' : 'development',
    pages: hasPages ? 'on' : 'off',
  };
  return readFileSync(file, 'utf8').replaceAll(/__SALLYPORT_(\w+?)__/g, (_, name: string) =>
    escapeAttribute(facts[name.toLowerCase()] ?? ''),
  );
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
