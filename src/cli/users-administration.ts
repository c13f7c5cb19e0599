import type { EntityManager, FilterQuery } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { createRights } from '../access/rights-of-roles.ts';
import { roles as roleTable } from '../access/roles.ts';
import { type AppEvents, createAppEvents } from '../app/app-events.ts';
import type { WriteContext } from '../audit/record.ts';
import { createLog } from '../config/log.ts';
import { createAfterCommit } from '../database/after-commit.ts';
import { isUuid } from '../database/ids.ts';
import { containing } from '../database/like.ts';
import { createAccountMail } from '../identity/accounts/account-mail.ts';
import { createAdministration } from '../identity/accounts/administration.service.ts';
import { createApiKeys } from '../identity/api-keys/api-keys.service.ts';
import { createEndSessions } from '../identity/sessions/end-sessions.ts';
import { openRedis, untilReady } from '../limits/redis.ts';
import { openMailTransport } from '../mail/open-transport.ts';
import { createOutbox, type Outbox } from '../mail/outbox.ts';
import { withoutMisleading } from '../request/input.ts';
import { normaliseEmail } from '../users/email.ts';
import { knownRoles, User, type Role } from '../users/user.entity.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './usage.ts';
import { withDatabase, type Opened } from './with-database.ts';

/** The principal that runs this. It has the database anyway: nothing is beyond an operator. */
const operator = { kind: 'service', id: 'command-line', roles: ['ADMIN'], scopes: ['*'] } as const;
const maxListed = 1_000;

/** `users list` */
export async function listUsers({ options: { role: name, email } }: Arguments): Promise<string> {
  const role = name === undefined ? undefined : requireRoles(name)[0];
  const where = {
    closedAt: null,
    ...(role === undefined ? {} : { roles: { $contains: [role] } }),
    ...(email === undefined ? {} : { email: { $ilike: containing(normaliseEmail(email)) } }),
  } as FilterQuery<User>;
  return withDatabase(async ({ database }) => {
    const users = await database.fork().find(User, where, { orderBy: { id: 'desc' }, limit: maxListed });
    return users.length === 0 ? 'There are none.\n' : users.map(lineOf).join('');
  });
}

function lineOf({ id, email, status, roles, disabledReason }: User): string {
  const reason = disabledReason == null ? '' : `  (${withoutMisleading(disabledReason)})`;
  return `${id}  ${status.padEnd(8)}  ${roles.join(',').padEnd(20)}  ${email}${reason}\n`;
}

/** `users roles` */
export async function setRoles({ files: [who], options: { roles: names = '' } }: Arguments): Promise<string> {
  const wanted = requireRoles(names);
  return administer(who, async ({ administration, context, user }) =>
    lineOf(await administration.setRoles(context, operator, user.id, wanted)),
  );
}

/** `users disable` */
export const disableUser = ({ files: [who], options: { reason } }: Arguments): Promise<string> =>
  administer(who, async ({ administration, context, user }) =>
    lineOf(await administration.disable(context, operator, user.id, reason)),
  );

/** `users enable` */
export const enableUser = ({ files: [who] }: Arguments): Promise<string> =>
  administer(who, async ({ administration, context, user }) =>
    lineOf(await administration.enable(context, operator, user.id)),
  );

/** `sessions revoke` */
export const revokeSessions = ({ files: [who] }: Arguments): Promise<string> =>
  administer(who, async ({ administration, context, user }) => {
    const ended = await administration.revokeSessions(context, user.id);
    return `${ended} of ${user.email} ended.\n`;
  });

function requireRoles(names: string): Role[] {
  const roles = names
    .split(',')
    .flatMap((name) => knownRoles.find((known) => known === name.trim().toUpperCase()) ?? []);
  if (roles.length > 0 && roles.length === names.split(',').length) return roles;
  throw new UsageError(`Expected roles of ${knownRoles.join(', ')}.`);
}

interface Administering {
  readonly administration: Pick<
    ReturnType<typeof createAdministration>,
    'setRoles' | 'disable' | 'enable' | 'revokeSessions'
  >;
  readonly context: WriteContext;
  readonly user: User;
}

/** Does something to an account, and tells the servers that are running. */
const administer = (who: string | undefined, work: (given: Administering) => Promise<string>): Promise<string> =>
  withDatabase(async (opened) => {
    const em = opened.database.fork();
    const user = await requireUser(em, who);
    const events = await openEvents(opened);
    const outbox = await openOutbox(opened);
    const deps = { ...opened, publishEvent: events.publishEvent, rightsOf: createRights(roleTable) };
    try {
      const administration = createAdministration({
        ...deps,
        sessions: createEndSessions(deps),
        revokeApiKeys: createApiKeys({ ...deps, sendKeyNotice: () => undefined }).revokeAll,
        mail: createAccountMail({ ...opened.config, ...opened.config.mail, ...opened.database, post: outbox.post }),
        factorRemoval: { removeAll: async () => undefined },
        removeCredentials: async () => undefined,
      });
      return await work({ administration, context: { ...opened.provenance, em }, user });
    } finally {
      await outbox.close();
      await events.close();
    }
  });

async function requireUser(em: EntityManager, who = ''): Promise<User> {
  if (who === '') throw new UsageError('Name the account by its e-mail address or its id.');
  const user = await em.findOne(User, isUuid(who) ? { id: who } : { email: normaliseEmail(who) });
  if (user === null) throw new Error(`There is no account ${who}.`);
  return user;
}

async function openEvents({ config, database }: Opened): Promise<Pick<AppEvents, 'publishEvent' | 'close'>> {
  const log = pino({ level: 'silent' });
  const redis = await openRedis(config.redisUrl, log);
  if (redis !== null) await untilReady(redis);
  const events = await createAppEvents({
    config,
    database,
    redis,
    afterCommit: createAfterCommit(database.orm),
    log,
  });
  return {
    publishEvent: events.publishEvent,
    close: async () => {
      await events.close();
      redis?.disconnect();
    },
  };
}

/** Opens the way to the owner of an account, which is told as by a server; what cannot be sent is logged. */
const openOutbox = async ({ config }: Opened): Promise<Outbox> =>
  createOutbox({
    transport: await openMailTransport(config.mail),
    log: createLog('warn', process.stderr),
    clock: () => new Date(),
  });
