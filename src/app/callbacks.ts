import type { Config } from '../config/config.ts';
import { asSystem } from '../database/write-guard/as-system.ts';
import { createProviderCallback } from '../http/callbacks/provider-callback.ts';
import { pagesOfProviders } from '../http/pages/provider-page.ts';
import type { RequestContextDeps } from '../http/request-context.ts';
import type { Handler } from '../http/server/server.ts';
import { callbackPathOf } from '../identity/external-login/create-providers.ts';
import { callbackParameters } from '../identity/external-login/provider.ts';
import type { SharedServices } from './services.ts';

/** Creates the redirect URI to which each provider sends people back. */
export const createCallbacks = (
  { externalLogins }: Pick<SharedServices, 'externalLogins'>,
  contextDeps: RequestContextDeps,
  { http, pages }: Pick<Config, 'http' | 'pages'>,
): Record<string, Handler> =>
  Object.fromEntries(
    externalLogins.list().map(({ name }) => [
      callbackPathOf(name),
      createProviderCallback({
        ...contextDeps,
        parameters: callbackParameters,
        signInPage: pages.isOn ? http.publicUrl + pagesOfProviders.signIn : null,
        answer: (context, parameters) =>
          asSystem('a provider proves who signs in', () => externalLogins.answerCallback(context, name, parameters)),
      }),
    ]),
  );
