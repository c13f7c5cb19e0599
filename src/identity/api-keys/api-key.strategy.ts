import { parseBasic } from '../../basic.ts';
import { AppError } from '../../errors.ts';
import type { CredentialSource, CredentialStrategy, PresentedCredentials, RightsOf } from '../../request.ts';
import type { ApiKeyCheck } from './api-key-check.ts';
import { parseKey } from './key-text.ts';
import type { LastUse } from './last-use.ts';
import { isAdmitted, isGenuine, isLiving } from './living-key.ts';

export interface ApiKeyStrategyDeps {
  readonly checkKey: ApiKeyCheck;
  readonly lastUse: Pick<LastUse, 'note'>;
  readonly rightsOf: RightsOf;
}

/** Ways for a key to come by that are off unless they are switched on. */
export interface FurtherWays {
  /** As user name of the scheme Basic, with an empty password. */
  readonly basicAuth: boolean;
  /** In the address, as `api_key`. */
  readonly apiKeyQuery: boolean;
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
  ({ checkKey, lastUse, rightsOf }: ApiKeyStrategyDeps, ways: FurtherWays): CredentialStrategy =>
  async (presented) => {
    const { ip, now } = presented;
    const found = findKey(presented, ways);
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

function findKey({ authorization, apiKey, queryKey }: PresentedCredentials, ways: FurtherWays): FoundKey | null {
  if (apiKey !== undefined) return { text: apiKey, source: 'header' };
  if (queryKey !== undefined && ways.apiKeyQuery) return { text: queryKey, source: 'query' };
  const inBearer = bearerKey.exec(authorization ?? '')?.[1];
  if (inBearer !== undefined) return { text: inBearer, source: 'bearer' };
  const basic = ways.basicAuth ? parseBasic(authorization ?? '') : null;
  return basic?.password === '' && basic.user.startsWith('sp_') ? { text: basic.user, source: 'basic' } : null;
}

/** One answer for malformed, unknown, altered, revoked and expired keys, and for those used from elsewhere. */
const invalidKey = (): AppError => new AppError('UNAUTHENTICATED', 'The API key is not valid.');
