import type { EntityManager } from '@mikro-orm/postgresql';
import type { Redis } from 'ioredis';
import type { Config } from '../config/config.ts';
import { countExpiringKeys } from '../identity/api-keys/expiring-keys.ts';
import type { FactorList } from '../identity/sign-in/factor-list.ts';
import type { SentMail } from '../mail/sent-mails.ts';
import type { SystemResolversDeps } from '../system/system.resolvers.ts';
import { findAdministrators } from '../users/administrators.ts';

export interface PostureDeps {
  readonly config: Pick<Config, 'database' | 'mail' | 'production'>;
  readonly fork: () => EntityManager;
  readonly redis: Redis | null;
  readonly factors: Pick<FactorList, 'hasFactor'>;
  /** Null unless mails are files. */
  readonly sent: (() => readonly SentMail[]) | null;
}

/** Creates what the feature `system` tells, from the settings and the rows of this server. */
export const createSystem = ({ config, fork, redis, factors, sent }: PostureDeps): SystemResolversDeps => ({
  async posture(now) {
    const administrators = await findAdministrators(fork());
    return {
      production: config.production,
      database: config.database.kind === 'postgresql' ? 'SERVER' : 'EMBEDDED',
      redis: redis === null ? 'OFF' : redis.status === 'ready' ? 'READY' : 'AWAY',
      mail: config.mail.to === null ? 'OFF' : config.mail.to.kind === 'smtp' ? 'SMTP' : 'FOLDER',
      administrators: administrators.length,
      administratorsWithoutSecondFactor: administrators.filter((one) => !factors.hasFactor(one)).length,
      expiringApiKeys: await countExpiringKeys(fork(), now),
    };
  },
  sentMails: () =>
    sent?.().map(({ parts, ...mail }) => ({
      ...mail,
      text: parts.filter((part) => typeof part === 'string').join('\n\n'),
      links: parts.filter((part) => typeof part !== 'string'),
    })) ?? null,
});
