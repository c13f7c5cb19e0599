export interface MetadataFacts {
  readonly issuer: string;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  /** True if others can verify access tokens: a symmetric algorithm has no public key. */
  readonly hasPublicKeys: boolean;
}

const clientAuthentication = ['client_secret_basic', 'client_secret_post'];

/** Describes the authorization server (RFC 8414 §2): what is switched on, and nothing else. */
export const oauthMetadata = ({ issuer, grantTypes, scopes, hasPublicKeys }: MetadataFacts): object => ({
  issuer,
  token_endpoint: `${issuer}/oauth/token`,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  introspection_endpoint: `${issuer}/oauth/introspect`,
  ...(hasPublicKeys ? { jwks_uri: `${issuer}/.well-known/jwks.json` } : {}),
  // There is no authorization endpoint: users sign in by GraphQL.
  response_types_supported: [],
  grant_types_supported: grantTypes,
  token_endpoint_auth_methods_supported: [...clientAuthentication, 'none'],
  revocation_endpoint_auth_methods_supported: [...clientAuthentication, 'none'],
  // `Bearer` is the access token type of that name (RFC 8414 §2, IANA "OAuth Access Token Types").
  introspection_endpoint_auth_methods_supported: [...clientAuthentication, 'Bearer'],
  scopes_supported: scopes,
});
