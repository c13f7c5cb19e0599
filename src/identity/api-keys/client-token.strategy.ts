import { AppError } from '../../errors.ts';
import type { CredentialStrategy, PresentedCredentials } from '../../request/credentials.ts';
import { bearerToken } from '../sessions/access-token.strategy.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import { problemOf } from './active-key.ts';
import type { ApiKeyStrategyDeps } from './api-key.strategy.ts';
import { idOfPrefix } from './key-text.ts';
import { noteRefusedKey, type RefusedKey } from './note-refused-key.ts';

export interface ClientTokenStrategyDeps extends ApiKeyStrategyDeps {
  readonly accessTokens: AccessTokens;
}

/**
 * Recognises an access token that an API key got by `client_credentials`, as Bearer. It is the key as far as rights go:
 * what ends or binds the key ends and binds the token with the very next request, and it does no more than it names.
 */
export function createClientTokenStrategy(deps: ClientTokenStrategyDeps): CredentialStrategy {
  const { accessTokens, checkKey, hasFactor, lastUse, recorder, rightsOf } = deps;

  async function refused(presented: PresentedCredentials, key: RefusedKey): Promise<AppError> {
    await noteRefusedKey(recorder, presented, key);
    return invalidToken();
  }

  return async (presented) => {
    const { authorization, now } = presented;
    const token = bearerToken(authorization);
    const verified = token === undefined ? null : await accessTokens.verify(token, now);
    if (verified?.claims.kind !== 'client') return null;
    const { clientId, scopes, tokenId, expiresAt } = verified.claims;
    const keyId = idOfPrefix(clientId);
    if (keyId === null || verified.expired) throw invalidToken();
    const state = await checkKey(keyId);
    if (state === null) throw await refused(presented, { id: null, reason: 'unknown' });
    const reason = problemOf(state, presented);
    if (reason !== null) throw await refused(presented, { id: keyId, reason });
    lastUse.note(keyId, state.lastUsedAt, now);
    return {
      principal: {
        kind: 'apiKey',
        id: keyId,
        userId: state.ownerId,
        hasFactor: hasFactor({ id: state.ownerId, secondFactors: state.secondFactors }),
        ...rightsOf(state.roles, state.scopes, scopes),
      },
      source: 'bearer',
      tokenId,
      expiresAt: new Date(expiresAt * 1000),
    };
  };
}

/** Answers alike if the token expired, and if its key is refused, or refused from this network. */
const invalidToken = (): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    'The access token has expired, or its API key is not accepted any more: ask for a new token.',
  );
