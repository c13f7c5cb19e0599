import type { EntityManager } from '@mikro-orm/postgresql';
import type { RemoveCredentials } from '../sign-in/remove-credentials.ts';

/** The API keys of an account, which last without a session. */
export interface AccountKeys {
  readonly revokeAll: RemoveCredentials;
  readonly countActive: (em: EntityManager, userId: string, now: Date) => Promise<number>;
}
