import { form, type FormParts } from './form.ts';
import { BeginExternalLogin, type BeginExternalLoginMutationVariables } from './generated/documents.ts';
import { html, type Html, type Part } from './html.ts';
import { alert, card } from './layout.ts';
import type { ShownPage, Visit } from './page.ts';
import type { Site } from './site.ts';
import { texts } from './texts.ts';

/** The pages to which a provider may lead back, besides the URLs of OIDC_PROVIDERS. */
export const pagesOfProviders = {
  signIn: '/sign-in',
  profile: '/account',
  security: '/account/security',
  sessions: '/account/sessions',
  apiKeys: '/account/api-keys',
} as const;

/**
 * Begins a sign-in with a provider, or a link. A form may lead to no other site, so a page stands between, which leads
 * on by itself and by its link.
 * @throws Refusal
 */
export async function leaveForProvider(
  { ask, site }: Visit,
  variables: BeginExternalLoginMutationVariables,
): Promise<ShownPage> {
  const { beginExternalLogin } = await ask(BeginExternalLogin, variables);
  const { authorizationUrl } = beginExternalLogin;
  const title = texts.provider.leaving(nameOf(site, variables.provider));
  const link = html`<p class="actions"><a class="button" href="${authorizationUrl}">${texts.provider.goOn}</a></p>`;
  return { title, main: card(title, texts.provider.leavingLead, link), refreshTo: authorizationUrl };
}

/** Writes a button for each provider; its form says by which step it is recognised, and what it carries along. */
export const providerButtons = (
  { providers }: Pick<Site, 'providers'>,
  { action, hidden }: Pick<FormParts, 'action'> & Required<Pick<FormParts, 'hidden'>>,
): Part =>
  providers.length > 0 &&
  html`<div class="providers">
    ${providers.map(({ name, displayName }) =>
      form({
        action,
        id: `provider-${name}`,
        hidden: { ...hidden, provider: name },
        fields: [],
        submit: texts.provider.goOnWith(displayName),
        style: 'secondary',
      }),
    )}
  </div>`;

/** Returns what people call a provider. */
export const nameOf = ({ providers }: Pick<Site, 'providers'>, name: string): string =>
  providers.find((provider) => provider.name === name)?.displayName ?? name;

/**
 * Says why a provider led back without a sign-in. Anyone can write the URL, so its code only chooses a text of ours.
 */
export function refusalByProvider({ url }: Pick<Visit, 'url'>): Html | false {
  const code = url.searchParams.get('error');
  const { refused, otherwise } = texts.provider;
  if (code === null) return false;
  return alert(Object.hasOwn(refused, code) ? refused[code as keyof typeof refused] : otherwise);
}
