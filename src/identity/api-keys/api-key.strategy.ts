import type { Recorder } from '../../audit/record.ts';
import { AppError, type AppErrorOptions } from '../../errors.ts';
import { parseBasic } from '../../request/basic-credentials.ts';
import type {
  CredentialSource,
  CredentialStrategy,
  PresentedCredentials,
  RecognisedCredential,
} from '../../request/credentials.ts';
import type { RightsOf } from '../../request/rights.ts';
import { isGenuine, problemOf } from './active-key.ts';
import type { ApiKeyCheck, ApiKeyState } from './api-key-check.ts';
import { parseKey } from './key-text.ts';
import type { LastUse } from './last-use.ts';
import { noteRefusedKey, type RefusedKey } from './note-refused-key.ts';

export interface ApiKeyStrategyDeps {
  readonly checkKey: ApiKeyCheck;
  readonly lastUse: Pick<LastUse, 'note'>;
  readonly recorder: Pick<Recorder, 'note'>;
  readonly rightsOf: RightsOf;
  /** Returns whether the owner has a second factor, which a key can never prove. */
  readonly hasFactor: (owner: { readonly id: string } & Pick<ApiKeyState, 'secondFactors'>) => boolean;
}

/** Places for a key that are off unless a setting switches them on. */
export interface OptionalCredentials {
  /** Accepts keys as user name of the scheme Basic, with an empty password. */
  readonly basicAuth: boolean;
  /** Accepts keys in the query string, as `api_key`. */
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
export function createApiKeyStrategy(
  { checkKey, hasFactor, lastUse, recorder, rightsOf }: ApiKeyStrategyDeps,
  enabled: OptionalCredentials,
): CredentialStrategy {
  async function refused(presented: PresentedCredentials, key: RefusedKey): Promise<AppError> {
    await noteRefusedKey(recorder, presented, key);
    return invalidKey();
  }

  async function recognise(found: FoundKey, presented: PresentedCredentials): Promise<RecognisedCredential> {
    const key = parseKey(found.text);
    // A text that cannot be a key costs no statement, and is one event however often it comes.
    if (key === null) throw invalidKey({ refusal: 'bad_credential' });
    const state = await checkKey(key.id);
    if (state === null) throw await refused(presented, { id: null, reason: 'unknown' });
    const reason = isGenuine(key, state) ? problemOf(state, presented) : 'wrong_secret';
    if (reason !== null) throw await refused(presented, { id: key.id, reason });
    lastUse.note(key.id, state.lastUsedAt, presented.now);
    return {
      principal: {
        kind: 'apiKey',
        id: key.id,
        userId: state.ownerId,
        hasFactor: hasFactor({ id: state.ownerId, secondFactors: state.secondFactors }),
        ...rightsOf(state.roles, state.scopes),
      },
      source: found.source,
      ...(state.expiresAt === null ? {} : { expiresAt: state.expiresAt }),
    };
  }

  return (presented) => {
    const found = findKey(presented, enabled);
    return found === null ? null : recognise(found, presented);
  };
}

function findKey(
  { authorization, apiKey, queryKey }: PresentedCredentials,
  enabled: OptionalCredentials,
): FoundKey | null {
  if (apiKey !== undefined) return { text: apiKey, source: 'header' };
  if (queryKey !== undefined && enabled.apiKeyQuery) return { text: queryKey, source: 'query' };
  const inBearer = bearerKey.exec(authorization ?? '')?.[1];
  if (inBearer !== undefined) return { text: inBearer, source: 'bearer' };
  const basic = enabled.basicAuth ? parseBasic(authorization ?? '') : null;
  return basic?.password === '' && basic.user.startsWith('sp_') ? { text: basic.user, source: 'basic' } : null;
}

/** One answer for malformed, unknown, altered, revoked and expired keys, and for those used from elsewhere. */
const invalidKey = (options: AppErrorOptions = {}): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    'The API key is wrong, revoked, expired or not accepted from this network: use another one.',
    options,
  );
