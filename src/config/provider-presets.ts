/** The protocol of a provider: OpenID Connect, or plain OAuth 2 with an API of its own that tells who the user is. */
export type ProviderProtocol = 'oidc' | 'github' | 'discord';

/** The known facts about a provider besides the client that is registered there. */
export interface ProviderPreset {
  readonly displayName: string;
  readonly protocol: ProviderProtocol;
  /** The issuer; `{tenant}` stands for the setting of that name. */
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** The claims that tell that the e-mail address is verified; each of them does. */
  readonly verifiedClaims: readonly string[];
  /** `form_post` if the provider sends its answer as a form (OAuth 2.0 Form Post Response Mode). */
  readonly responseMode: 'query' | 'form_post';
  /**
   * True if the provider can be asked to have a person prove it anew, and tells when that was (OpenID Connect Core
   * §3.1.2.1). Plain OAuth has no word for it.
   */
  readonly canAskForProof: boolean;
}

/**
 * Returns where the API of a provider of plain OAuth is, by the provider's URL. GitHub's stands beside it on
 * `github.com` and on the subdomains of `ghe.com` (Enterprise Cloud with data residency), and below it on an
 * Enterprise Server.
 */
export const apiUrlOf: Readonly<Record<Exclude<ProviderProtocol, 'oidc'>, (url: string) => string>> = {
  github(url) {
    const { protocol, host, hostname } = new URL(url);
    const isBeside = hostname === 'github.com' || hostname.endsWith('.ghe.com');
    return isBeside ? `${protocol}//api.${host}` : `${url}/api/v3`;
  },
  discord: (url) => `${url}/api`,
};

export const ordinaryProvider = {
  protocol: 'oidc',
  scopes: ['openid', 'email', 'profile'],
  verifiedClaims: ['email_verified'],
  responseMode: 'query',
  canAskForProof: true,
} as const satisfies Partial<ProviderPreset>;

export const providerPresets: Readonly<Record<string, ProviderPreset>> = {
  google: { ...ordinaryProvider, displayName: 'Google', issuer: 'https://accounts.google.com' },
  // A tenant can give its users any e-mail address; `xms_edov` says that the domain is the tenant's own.
  microsoft: {
    ...ordinaryProvider,
    displayName: 'Microsoft',
    issuer: 'https://login.microsoftonline.com/{tenant}/v2.0',
    verifiedClaims: ['xms_edov'],
  },
  apple: {
    ...ordinaryProvider,
    displayName: 'Apple',
    issuer: 'https://appleid.apple.com',
    scopes: ['openid', 'email', 'name'],
    responseMode: 'form_post',
  },
  gitlab: { ...ordinaryProvider, displayName: 'GitLab', issuer: 'https://gitlab.com' },
  github: {
    ...ordinaryProvider,
    displayName: 'GitHub',
    protocol: 'github',
    issuer: 'https://github.com',
    scopes: ['read:user', 'user:email'],
    canAskForProof: false,
  },
  discord: {
    ...ordinaryProvider,
    displayName: 'Discord',
    protocol: 'discord',
    issuer: 'https://discord.com',
    scopes: ['identify', 'email'],
    canAskForProof: false,
  },
};
