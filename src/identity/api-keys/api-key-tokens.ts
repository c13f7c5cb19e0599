import { AppError } from '../../errors.ts';
import type { RequestScope, RightsOf, TokenFacts, TokenKind } from '../../request.ts';
import type { ClientClaims } from '../sessions/access-claims.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { ApiKeyCheck, ApiKeyState } from './api-key-check.ts';
import { apiKeyById, type ApiKeys } from './api-keys.service.ts';
import { idOfPrefix, parseKey, prefixOf } from './key-text.ts';
import { isGenuine, isLiving } from './living-key.ts';

export interface ApiKeyTokensDeps {
  readonly accessTokens: AccessTokens;
  readonly apiKeys: Pick<ApiKeys, 'revoke'>;
  readonly checkKey: ApiKeyCheck;
  readonly rightsOf: RightsOf;
}

/** API keys, and the access tokens that they got, as introspection and revocation meet them. */
export function createApiKeyTokens({ accessTokens, apiKeys, checkKey, rightsOf }: ApiKeyTokensDeps): TokenKind[] {
  /** The id and the state of a key whose whole text this is, living or not. */
  async function find(token: string): Promise<{ id: string; state: ApiKeyState } | null> {
    const key = parseKey(token);
    const state = key === null ? null : await checkKey(key.id);
    return key !== null && state !== null && isGenuine(key, state) ? { id: key.id, state } : null;
  }

  const apiKey: TokenKind = {
    async introspect({ now }, token) {
      const found = await find(token);
      if (found === null || !isLiving(found.state, now)) return null;
      const { roles, scopes, expiresAt } = found.state;
      return {
        ...factsOf(prefixOf(found.id), found.state),
        scopes: rightsOf(roles, scopes).scopes,
        isAccessToken: false,
        ...(expiresAt === null ? {} : { expiresAt: Math.floor(expiresAt.getTime() / 1000) }),
      };
    },
    // Whoever finds a key that leaked can end it.
    async revoke(scope, token) {
      const found = await find(token);
      const key = found === null ? null : await apiKeyById(scope.em, found.id);
      if (key !== null) await apiKeys.revoke(scope, key);
      return key !== null;
    },
  };

  const clientToken: TokenKind = {
    async introspect({ now }, token) {
      const claims = await verify(token, now);
      const state = claims === null ? null : await stateOf(checkKey, claims);
      if (claims === null || state === null || !isLiving(state, now)) return null;
      const { scopes } = rightsOf(state.roles, state.scopes, claims.scopes);
      return { ...claims, ...factsOf(claims.clientId, state), scopes, isAccessToken: true };
    },
    async revoke({ now }: RequestScope, token) {
      const claims = await verify(token, now);
      if (claims === null || !(await isKeyGood(checkKey, claims, now))) return false;
      throw new AppError(
        'BAD_REQUEST',
        'The token of an API key lives as long as it says, or until the key is revoked: present the key.',
        { oauthError: 'unsupported_token_type' },
      );
    },
  };

  async function verify(token: string, now: Date): Promise<ClientClaims | null> {
    const verified = await accessTokens.verify(token, now);
    return verified?.claims.kind === 'client' && !verified.expired ? verified.claims : null;
  }

  return [apiKey, clientToken];
}

/** Whether the key that got a token still counts. */
export async function isKeyGood(checkKey: ApiKeyCheck, claims: ClientClaims, now: Date): Promise<boolean> {
  const state = await stateOf(checkKey, claims);
  return state !== null && isLiving(state, now);
}

async function stateOf(checkKey: ApiKeyCheck, { clientId }: ClientClaims): Promise<ApiKeyState | null> {
  const id = idOfPrefix(clientId);
  return id === null ? null : checkKey(id);
}

const factsOf = (
  clientId: string,
  { networks }: ApiKeyState,
): Pick<TokenFacts, 'subject' | 'clientId' | 'networks'> => ({
  subject: clientId,
  clientId,
  ...(networks.length === 0 ? {} : { networks }),
});
