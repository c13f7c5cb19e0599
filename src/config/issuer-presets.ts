/** The claims of an issuer's tokens that mean something here, each by its dotted path. */
export interface IssuerClaims {
  readonly roles?: string;
  readonly scopes?: string;
  /** The issuer's session, as its logout tokens name it. */
  readonly session?: string;
  /** Attributes of the principal by name. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Facts known of every issuer of one product. */
export interface IssuerPreset {
  /** The form of its issuers. */
  readonly pattern: RegExp;
  readonly example: string;
  readonly jwksUri: (issuer: string) => string;
  readonly algorithms: readonly string[];
  /** The audience that every token of the issuer has. */
  readonly audience?: (issuer: string) => string;
  /** The claim that names the audience; `aud` by default. */
  readonly audienceClaim?: string;
  readonly claims?: IssuerClaims;
  /** Values that claims must have; null: the claim may be absent. They tell access tokens from others of the issuer. */
  readonly demands?: Readonly<Record<string, ReadonlyArray<string | null>>>;
}

const googleKeys = 'https://www.googleapis.com/oauth2/v3/certs';
const firebaseKeys = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

export const issuerPresets: Readonly<Record<string, IssuerPreset>> = {
  supabase: {
    pattern: /\/auth\/v1$/,
    example: 'https://abcdefghijklmnop.supabase.co/auth/v1',
    jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
    algorithms: ['ES256', 'RS256'],
    audience: () => 'authenticated',
    claims: { roles: 'app_metadata.roles', session: 'session_id', attributes: { isAnonymous: 'is_anonymous' } },
  },
  auth0: {
    // The issuer ends with a slash, and is compared with it.
    pattern: /^https?:\/\/[^/]+\/$/,
    example: 'https://example.eu.auth0.com/',
    jwksUri: (issuer) => `${issuer}.well-known/jwks.json`,
    algorithms: ['RS256'],
    claims: { scopes: 'permissions', attributes: { client: 'azp', organization: 'org_id' } },
  },
  keycloak: {
    pattern: /\/realms\/[^/]+$/,
    example: 'https://sso.example.com/realms/example',
    jwksUri: (issuer) => `${issuer}/protocol/openid-connect/certs`,
    algorithms: ['RS256'],
    claims: { roles: 'realm_access.roles', attributes: { client: 'azp' } },
    // ID and logout tokens have the same signature, issuer and key.
    demands: { typ: ['Bearer'] },
  },
  entra: {
    // A tenant by its id: `common` and `organizations` would admit everybody's.
    pattern: /\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/v2\.0$/,
    example: 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0',
    jwksUri: (issuer) => issuer.replace(/\/v2\.0$/, '/discovery/v2.0/keys'),
    algorithms: ['RS256'],
    claims: { roles: 'roles', scopes: 'scp', attributes: { client: 'azp', tenant: 'tid' } },
    demands: { ver: ['2.0'] },
  },
  cognito: {
    pattern: /\/[a-z0-9-]+_[A-Za-z0-9]+$/,
    example: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI',
    jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
    algorithms: ['RS256'],
    // Access tokens have no `aud`; ID tokens have, and are not for us.
    audienceClaim: 'client_id',
    claims: { roles: 'cognito:groups' },
    demands: { token_use: ['access'] },
  },
  firebase: {
    pattern: /^https:\/\/securetoken\.google\.com\/[a-z0-9-]+$/,
    example: 'https://securetoken.google.com/example-project',
    jwksUri: () => firebaseKeys,
    algorithms: ['RS256'],
    audience: (issuer) => issuer.slice(issuer.lastIndexOf('/') + 1),
    claims: { attributes: { signInProvider: 'firebase.sign_in_provider', tenant: 'firebase.tenant' } },
  },
  clerk: {
    pattern: /^https?:\/\/[^/]+$/,
    example: 'https://clerk.example.com',
    jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
    algorithms: ['RS256'],
    // Session tokens name the origin of the app instead of an audience.
    audienceClaim: 'azp',
    claims: { roles: 'o.rol', attributes: { organization: 'o.id' } },
    // `pending` is a session that has not chosen its organization or proved its factor yet.
    demands: { sts: ['active', null] },
  },
  google: {
    pattern: /^https:\/\/accounts\.google\.com$/,
    example: 'https://accounts.google.com',
    jwksUri: () => googleKeys,
    algorithms: ['RS256'],
    claims: { attributes: { domain: 'hd' } },
  },
};
