import type { ProviderConfig } from '../../config/parse-providers.ts';
import { AppError } from '../../errors.ts';
import type { BoundedFetch } from '../../outbound/bounded-fetch.ts';
import type { ProviderParts } from './authorization-code.ts';
import { createOAuthProvider } from './oauth-provider.ts';
import { createOidcProvider } from './oidc-provider.ts';
import { providerError } from './provider-error.ts';
import type { ExternalProfile, Provider } from './provider.ts';

export interface ProvidersDeps {
  readonly providers: readonly ProviderConfig[];
  readonly publicUrl: string;
  readonly fetch: BoundedFetch;
  readonly isDevelopment: boolean;
}

/** Sign-ins that wait for one provider at the same time; a slow one holds up no more than these. */
const maxWaiting = 50;
/** PostgreSQL's column; no provider of note comes near it (OpenID Connect Core §2: 255 characters). */
const maxSubject = 255;

export const callbackPathOf = (name: string): string => `/auth/external/${name}/callback`;

/** Creates the providers to sign in with; whatever they do wrong becomes an error of ours. */
export const createProviders = ({ providers, publicUrl, ...rest }: ProvidersDeps): readonly Provider[] =>
  providers.map((config) => {
    const { name, displayName, returnTo, keepTokens, register, canAskForProof } = config;
    const parts = { ...rest, config, callbackUrl: publicUrl + callbackPathOf(name) };
    const client = clientOf(parts);
    const guarded = createGuard(displayName);
    return {
      name,
      displayName,
      returnTo,
      keepTokens,
      register,
      canAskForProof,
      authorizationUrl: (state, request) => guarded(() => client.authorizationUrl(state, request)),
      redeem: (request) => guarded(async () => requireStorable(await client.redeem(request))),
    };
  });

const clientOf = (parts: ProviderParts): Pick<Provider, 'authorizationUrl' | 'redeem'> => {
  const { protocol } = parts.config;
  return protocol === 'oidc' ? createOidcProvider(parts) : createOAuthProvider(protocol, parts);
};

function createGuard(displayName: string): <T>(job: () => Promise<T>) => Promise<T> {
  let waiting = 0;
  return async (job) => {
    if (waiting >= maxWaiting)
      throw new AppError('SERVICE_UNAVAILABLE', `Too many sign-ins wait for ${displayName}: try again later.`, {
        retryAfterSeconds: 5,
        refusal: 'unavailable',
      });
    waiting += 1;
    try {
      return await job();
    } catch (error) {
      throw providerError(displayName, error);
    } finally {
      waiting -= 1;
    }
  };
}

function requireStorable(profile: ExternalProfile): ExternalProfile {
  const isStorable = (text: string): boolean => text.length <= maxSubject && !text.includes('\0');
  if (isStorable(profile.subject) && isStorable(profile.issuer)) return profile;
  throw new Error('the provider names a person in a way that cannot be stored');
}
