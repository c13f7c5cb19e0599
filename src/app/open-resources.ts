import type { Logger } from 'pino';
import { createRecorder, failuresBudget, omissionsBudget } from '../audit/create-recorder.ts';
import { makeMonths } from '../audit/make-months.ts';
import type { Config } from '../config/config.ts';
import { createAfterCommit } from '../database/after-commit.ts';
import type { Database } from '../database/open.ts';
import { createAccountMail } from '../identity/accounts/account-mail.ts';
import { readMasterKey } from '../identity/signing-keys/master-key.ts';
import { openSigningKeys, type SigningKeys } from '../identity/signing-keys/signing-keys.service.ts';
import { createVault, type Vault } from '../identity/signing-keys/vault.ts';
import { createIpLimiter } from '../limits/ip-limiter.ts';
import { createLimiters } from '../limits/limiter.ts';
import { watchRedis } from '../limits/redis-watch.ts';
import { openRedis } from '../limits/redis.ts';
import { openMailTransport } from '../mail/open-transport.ts';
import { createOutbox } from '../mail/outbox.ts';
import { rememberSent, type SentMail } from '../mail/sent-mails.ts';
import type { MailTransport } from '../mail/transport.ts';
import type { Clock } from '../request/context.ts';
import { createAppEvents } from './app-events.ts';

export interface ResourcesDeps {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
  readonly clock: Clock;
}

export type Resources = Awaited<ReturnType<typeof openResources>>;

/** Opens what outlives a request: keys, Redis, events of other nodes, the audit log and the outbox of mails. */
export async function openResources({ config, database, log, clock }: ResourcesDeps) {
  const vault = createVault(readMasterKey(config.masterKey));
  const keys = await openKeys({ config, database, log, clock }, vault);
  const redis = await openRedis(config.redisUrl, log);
  const redisWatch = await watchRedis(redis, log);
  const createLimiter = createLimiters(redis);
  const afterCommit = createAfterCommit(database.orm);
  const events = await createAppEvents({ config, database, redis, afterCommit, log });
  await makeMonths({ fork: database.fork, now: clock(), log }, 1);
  const failures = {
    recorded: createIpLimiter(createLimiter, failuresBudget),
    omitted: createIpLimiter(createLimiter, omissionsBudget),
  };
  const recorder = createRecorder({ orm: database.orm, afterCommit, log, failures });
  const { transport, sent } = await openDelivery(config.mail);
  const outbox = createOutbox({ transport, log, clock });
  const mail = createAccountMail({ ...config, ...config.mail, post: outbox.post, fork: database.fork });
  return { vault, keys, redis, redisWatch, createLimiter, events, recorder, outbox, mail, sent };
}

/** Opens the transport of mails. Files of a development server are remembered, so that the console can show them. */
async function openDelivery(
  mail: Config['mail'],
): Promise<{ transport: MailTransport | null; sent: (() => readonly SentMail[]) | null }> {
  const transport = await openMailTransport(mail);
  return transport === null || mail.to?.kind !== 'folder' ? { transport, sent: null } : rememberSent(transport);
}

const openKeys = ({ config, database, log, clock }: ResourcesDeps, vault: Vault): Promise<SigningKeys> =>
  openSigningKeys({
    fork: database.fork,
    vault,
    clock,
    algorithm: config.tokens.algorithm,
    onFailure: (error) => log.warn({ err: error }, 'the signing keys could not all be read again'),
  });
