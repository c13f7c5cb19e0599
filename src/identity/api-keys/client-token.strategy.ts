import { AppError } from '../../errors.ts';
import type { CredentialStrategy } from '../../request.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import { bearerToken } from '../sessions/session.strategy.ts';
import type { ApiKeyStrategyDeps } from './api-key.strategy.ts';
import { idOfPrefix } from './key-text.ts';
import { problemOf } from './living-key.ts';
import { noteRefusedKey } from './note-refused-key.ts';

export interface ClientTokenStrategyDeps extends ApiKeyStrategyDeps {
  readonly accessTokens: AccessTokens;
}

/**
 * Recognises an access token that an API key got by `client_credentials`, as Bearer. It is the key as far as rights go:
 * what ends or binds the key ends and binds the token with the very next request, and it does no more than it names.
 */
export const createClientTokenStrategy =
  ({ accessTokens, checkKey, lastUse, recorder, rightsOf }: ClientTokenStrategyDeps): CredentialStrategy =>
  async (presented) => {
    const { authorization, now } = presented;
    const token = bearerToken(authorization);
    const verified = token === undefined ? null : await accessTokens.verify(token, now);
    if (verified?.claims.kind !== 'client') return null;
    const { clientId, scopes, tokenId, expiresAt } = verified.claims;
    const keyId = idOfPrefix(clientId);
    const state = keyId === null || verified.expired ? null : await checkKey(keyId);
    if (keyId === null || state === null) throw invalidToken();
    const reason = problemOf(state, presented);
    if (reason !== null) {
      await noteRefusedKey(recorder, presented, { id: keyId, reason });
      throw invalidToken();
    }
    lastUse.note(keyId, state.lastUsedAt, now);
    return {
      principal: { kind: 'apiKey', id: keyId, userId: state.ownerId, ...rightsOf(state.roles, state.scopes, scopes) },
      source: 'bearer',
      tokenId,
      expiresAt: new Date(expiresAt * 1000),
    };
  };

/** One answer where the token expired and where its key does not count, or not from there. */
const invalidToken = (): AppError =>
  new AppError('UNAUTHENTICATED', 'The access token has expired, or its API key does not count any more.');
