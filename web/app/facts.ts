const meta = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="sallyport-${name}"]`)?.content ?? '';

/** Where the console's addresses begin, such as `/console/`. */
export const basePath = new URL(document.baseURI).pathname;

/** Where everything of the server begins, such as `/`. */
export const serverPath = basePath.replace(/console\/$/, '');

export const graphqlUrl = new URL(`${serverPath}graphql`, location.origin).href;

/** The origin of PUBLIC_URL, at which alone cookies of a sign-in count. */
export const publicOrigin = meta('origin');

export const isDevelopment = meta('mode') === 'development';
