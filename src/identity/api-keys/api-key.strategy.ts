import { AppError } from '../../errors.ts';
import type { CredentialSource, CredentialStrategy, RightsOf } from '../../request.ts';
import type { ApiKeyCheck } from './api-key-check.ts';
import { parseKey } from './key-text.ts';
import type { LastUse } from './last-use.ts';
import { isAdmitted, isGenuine, isLiving } from './living-key.ts';

export interface ApiKeyStrategyDeps {
  readonly checkKey: ApiKeyCheck;
  readonly lastUse: Pick<LastUse, 'note'>;
  readonly rightsOf: RightsOf;
}

interface FoundKey {
  readonly text: string;
  readonly source: CredentialSource;
}

const bearerKey = /^Bearer +(sp_\S*)$/i;

/**
 * Recognises an API key, in `X-API-Key` or as Bearer. It acts for its owner, within its own scopes and the owner's of
 * now, and only with the roles that these scopes cover whole.
 */
export const createApiKeyStrategy =
  ({ checkKey, lastUse, rightsOf }: ApiKeyStrategyDeps): CredentialStrategy =>
  async ({ authorization, apiKey, ip, now }) => {
    const found = findKey(authorization, apiKey);
    if (found === null) return null;
    const key = parseKey(found.text);
    const state = key === null ? null : await checkKey(key.id);
    if (key === null || state === null || !isGenuine(key, state) || !isLiving(state, now) || !isAdmitted(state, ip)) {
      throw invalidKey();
    }
    lastUse.note(key.id, state.lastUsedAt, now);
    return {
      principal: { kind: 'apiKey', id: key.id, userId: state.ownerId, ...rightsOf(state.roles, state.scopes) },
      source: found.source,
      ...(state.expiresAt === null ? {} : { expiresAt: state.expiresAt }),
    };
  };

function findKey(authorization: string | undefined, apiKey: string | undefined): FoundKey | null {
  if (apiKey !== undefined) return { text: apiKey, source: 'header' };
  const text = bearerKey.exec(authorization ?? '')?.[1];
  return text === undefined ? null : { text, source: 'bearer' };
}

/** One answer for malformed, unknown, altered, revoked and expired keys, and for those used from elsewhere. */
const invalidKey = (): AppError => new AppError('UNAUTHENTICATED', 'The API key is not valid.');
