import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Handler } from '../server/server.ts';
import { requireGet } from '../server/server.ts';
import { accentRules, readPicture, type Picture } from './brand.ts';

export interface SiteSettings {
  readonly publicUrl: string;
  /** Origins besides our own to which a sign-in may lead back. */
  readonly returnOrigins: readonly string[];
  readonly brand: { readonly name: string; readonly logo: string | null; readonly color: string };
  readonly canRegister: boolean;
  readonly canSignInByEmail: boolean;
  /** False if no device ever spares the second factor. */
  readonly canTrustDevices: boolean;
  /** The providers to sign in with. */
  readonly providers: ReadonlyArray<{
    readonly name: string;
    readonly displayName: string;
    /** False if nothing makes the provider ask again whom it knows at a browser. */
    readonly canAskForProof: boolean;
  }>;
}

/** The facts about the service that every page knows. */
export interface Site extends SiteSettings {
  /** The path of PUBLIC_URL, without a trailing slash. */
  readonly base: string;
  /** The URLs of the style sheet, the script and the logo; they change with what they hold. */
  readonly assets: { readonly style: string; readonly script: string; readonly logo: string | null };
}

const day = 86_400;

/** Reads the files of the pages, and serves them at paths that change with their content. */
export function openSite(settings: SiteSettings): { site: Site; routes: Record<string, Handler> } {
  const base = new URL(settings.publicUrl).pathname.replace(/\/$/, '');
  const read = (name: string): string => readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');
  const routes: Record<string, Handler> = {};
  const serve = (name: string, extension: string, picture: Picture): string => {
    const mark = createHash('sha256').update(picture.bytes).digest('base64url').slice(0, 12);
    const path = `/pages/${name}-${mark}${extension}`;
    routes[path] = fileHandler(picture);
    return base + path;
  };
  const { brand } = settings;
  const style = Buffer.from(accentRules(brand.color) + read('pages.css'));
  const script = Buffer.from(read('pages.js'));
  const assets = {
    style: serve('pages', '.css', { type: 'text/css; charset=utf-8', bytes: style }),
    script: serve('pages', '.js', { type: 'text/javascript; charset=utf-8', bytes: script }),
    logo: brand.logo === null ? null : serve('logo', '', readPicture(brand.logo)),
  };
  return { site: { ...settings, base, assets }, routes };
}

const fileHandler =
  ({ type, bytes }: Picture): Handler =>
  (request, response) => {
    requireGet(request);
    response.setHeader('content-type', type);
    response.setHeader('cache-control', `public, max-age=${365 * day}, immutable`);
    response.setHeader('content-length', bytes.length);
    response.end(bytes);
  };
