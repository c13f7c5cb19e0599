import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import type { RightsOf } from '../../request/rights.ts';
import type { TokenFacts, TokenKind } from '../../request/tokens.ts';
import type { ClientClaims } from '../sessions/access-claims.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import { isActive, isGenuine } from './active-key.ts';
import type { ApiKeyCheck, ApiKeyState } from './api-key-check.ts';
import { apiKeyById, type ApiKeys } from './api-keys.service.ts';
import { idOfPrefix, parseKey, prefixOf } from './key-text.ts';

export interface ApiKeyTokensDeps {
  readonly accessTokens: AccessTokens;
  readonly apiKeys: Pick<ApiKeys, 'revoke'>;
  readonly checkKey: ApiKeyCheck;
  readonly rightsOf: RightsOf;
}

/** Describes API keys, and the access tokens that they were exchanged for, to introspection and revocation. */
export function createApiKeyTokenKinds({ accessTokens, apiKeys, checkKey, rightsOf }: ApiKeyTokensDeps): TokenKind[] {
  /** Finds the key of this whole text, active or not. */
  async function find(token: string): Promise<{ id: string; state: ApiKeyState } | null> {
    const key = parseKey(token);
    if (key === null) return null;
    const state = await checkKey(key.id);
    return state !== null && isGenuine(key, state) ? { id: key.id, state } : null;
  }

  const apiKey: TokenKind = {
    async introspect({ now }, token) {
      const found = await find(token);
      if (found === null || !isActive(found.state, now)) return null;
      const { roles, scopes, expiresAt } = found.state;
      return {
        ...factsOf(prefixOf(found.id), found.state),
        scopes: rightsOf(roles, scopes).scopes,
        isAccessToken: false,
        ...(expiresAt === null ? {} : { expiresAt: Math.floor(expiresAt.getTime() / 1000) }),
      };
    },
    // A person who finds a leaked key can end it.
    async revoke(context, token) {
      const found = await find(token);
      const key = found === null ? null : await apiKeyById(context.rows, found.id);
      if (key !== null) await apiKeys.revoke(context, key.id);
      return key !== null;
    },
  };

  const clientToken: TokenKind = {
    async introspect({ now }, token) {
      const claims = await verify(token, now);
      if (claims === null) return null;
      const state = await stateOf(checkKey, claims);
      if (state === null || !isActive(state, now)) return null;
      const { scopes } = rightsOf(state.roles, state.scopes, claims.scopes);
      return { ...claims, ...factsOf(claims.clientId, state), scopes, isAccessToken: true };
    },
    async revoke({ now }: RequestContext, token) {
      const claims = await verify(token, now);
      if (claims === null || !(await isTokenActive(checkKey, claims, now))) return false;
      throw new AppError('BAD_REQUEST', 'The token of an API key cannot be revoked alone: revoke the key itself.', {
        oauthError: 'unsupported_token_type',
      });
    },
  };

  async function verify(token: string, now: Date): Promise<ClientClaims | null> {
    const verified = await accessTokens.verify(token, now);
    return verified?.claims.kind === 'client' && !verified.expired ? verified.claims : null;
  }

  return [apiKey, clientToken];
}

/** Returns whether the key behind a genuine token is active; whether the token itself has expired is not asked. */
export async function isTokenActive(checkKey: ApiKeyCheck, claims: ClientClaims, now: Date): Promise<boolean> {
  const state = await stateOf(checkKey, claims);
  return state !== null && isActive(state, now);
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
