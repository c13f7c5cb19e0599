import type { Config } from '../config/config.ts';
import { createPages, type PagesDeps } from '../http/pages/create-pages.ts';
import { pagesOfProviders } from '../http/pages/provider-page.ts';
import type { Handler } from '../http/server/server.ts';

/** Returns the URLs of pages to which a provider may lead back, if there are pages. */
export const returnPagesOf = ({ http, pages }: Pick<Config, 'http' | 'pages'>): readonly string[] =>
  pages.isOn ? Object.values(pagesOfProviders).map((path) => http.publicUrl + path) : [];

/** The pages that accounts need, as far as they are switched on. */
export function createAppPages(
  {
    emailLogin,
    http,
    pages,
    providers,
    registration,
    secondFactors,
  }: Pick<Config, 'emailLogin' | 'http' | 'pages' | 'providers' | 'registration' | 'secondFactors'>,
  deps: Pick<PagesDeps, 'contextDeps' | 'execute' | 'report'>,
): Record<string, Handler> {
  if (!pages.isOn) return {};
  const { appUrl, brand } = pages;
  return createPages({
    ...deps,
    brand,
    publicUrl: http.publicUrl,
    returnOrigins: [...http.corsOrigins, ...(appUrl === null ? [] : [new URL(appUrl).origin])],
    canRegister: registration !== 'closed',
    canSignInByEmail: emailLogin,
    canTrustDevices: secondFactors.trustedDeviceSeconds > 0,
    providers,
  });
}
