/** Where the web server reaches the API, and the origin under which browsers know both. */
export interface Site {
  readonly apiUrl: string;
  readonly publicOrigin: string;
}

/** What a page is rendered with. */
export type Rendered<Data> =
  | { readonly status: 'answered'; readonly data: Data | null; readonly errors: readonly unknown[] }
  /** The access cookie has expired: render without data, and let the client in the browser renew it and ask. */
  | { readonly status: 'expired' };

/**
 * Asks the API for the visitor whose request is answered. It never refreshes: the new cookies would have to reach the
 * browser, and a page that is rendered twice would use the same refresh cookie twice.
 */
export async function askFor<Data>(
  site: Site,
  visitor: Pick<Request, 'headers'>,
  ipAddress: string,
  query: string,
  variables: object = {},
): Promise<Rendered<Data>> {
  const response = await fetch(site.apiUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: visitor.headers.get('cookie') ?? '',
      // Cookies count for an origin that the API knows; a page that a person opens has none of its own.
      origin: site.publicOrigin,
      // With TRUSTED_PROXIES naming the web server, limits count by visitor.
      'x-forwarded-for': ipAddress,
      'user-agent': visitor.headers.get('user-agent') ?? '',
    },
    body: JSON.stringify({ query, variables }),
  });
  if (response.status === 401) return { status: 'expired' };
  const { data = null, errors = [] } = (await response.json()) as { data?: Data | null; errors?: unknown[] };
  return { status: 'answered', data, errors };
}
