import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { createRangeCheck } from '../../ranges.ts';
import type { CredentialStrategy, PresentedCredentials, RightsOf } from '../../request.ts';
import type { ApiKeyCheck, ApiKeyState } from './api-key-check.ts';
import { parseKey, type PresentedKey } from './key-text.ts';
import type { LastUse } from './last-use.ts';

export interface ApiKeyStrategyDeps {
  readonly checkKey: ApiKeyCheck;
  readonly lastUse: Pick<LastUse, 'note'>;
  readonly rightsOf: RightsOf;
}

const bearerKey = /^Bearer +(sp_\S*)$/i;

/**
 * Recognises an API key, in `X-API-Key` or as Bearer. It acts for its owner, within its own scopes and the owner's of
 * now, and only with the roles that these scopes cover whole.
 */
export const createApiKeyStrategy =
  ({ checkKey, lastUse, rightsOf }: ApiKeyStrategyDeps): CredentialStrategy =>
  async (presented) => {
    const text = presented.apiKey ?? bearerKey.exec(presented.authorization ?? '')?.[1];
    if (text === undefined) return null;
    const key = parseKey(text);
    const state = key === null ? null : await checkKey(key.id);
    if (key === null || state === null || !counts(key, state, presented)) throw invalidKey();

    lastUse.note(key.id, state.lastUsedAt, presented.now);
    const { roles, scopes } = rightsOf(state.roles, state.scopes);
    return {
      principal: { kind: 'apiKey', id: key.id, userId: state.ownerId, roles, scopes },
      source: presented.apiKey === undefined ? 'bearer' : 'header',
      ...(state.expiresAt === null ? {} : { expiresAt: state.expiresAt }),
    };
  };

const counts = (key: PresentedKey, state: ApiKeyState, { ip, now }: PresentedCredentials): boolean =>
  timingSafeEqual(key.hash, state.secretHash) &&
  !state.isRevoked &&
  state.status === 'ACTIVE' &&
  (state.expiresAt === null || state.expiresAt > now) &&
  (state.networks.length === 0 || createRangeCheck(state.networks)(ip));

/** One answer for malformed, unknown, altered, revoked and expired keys, and for those used from elsewhere. */
const invalidKey = (): AppError => new AppError('UNAUTHENTICATED', 'The API key is not valid.');
