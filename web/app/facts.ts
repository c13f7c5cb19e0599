const meta = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="sallyport-${name}"]`)?.content ?? '';

/** The path at which the console begins, such as `/console/`. */
export const basePath = new URL(document.baseURI).pathname;

/** The path at which the whole server begins, such as `/`. */
export const serverPath = basePath.replace(/console\/$/, '');

export const graphqlUrl = new URL(`${serverPath}graphql`, location.origin).href;

/** The origin of PUBLIC_URL, at which alone cookies of a sign-in count. */
export const publicOrigin = meta('origin');

/** True if the server has a page of its own to sign in at, besides the console. */
export const hasPages = meta('pages') === 'on';

export const isDevelopment = meta('mode') === 'development';
