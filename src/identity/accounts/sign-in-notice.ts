import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../request/context.ts';
import type { Session } from '../sessions/session.entity.ts';
import type { AccountMail } from './account-mail.ts';

/**
 * Tells the owner of an account by mail about a sign-in on a device that no earlier session knows: by its token, or as
 * the same program at the same IP address. The first sign-in of an account is no news.
 */
export const createSignInNotice =
  ({ send }: Pick<AccountMail, 'send'>) =>
  ({ now, ipAddress }: RequestContext, session: Session): void => {
    const { user } = session;
    const client = describeClient(session.userAgent);
    send('new-sign-in', async (em, templates) =>
      (await isNewDevice(em, session)) ? templates.newSignIn(user, { at: now, client, ipAddress }) : null,
    );
  };

async function isNewDevice(em: EntityManager, session: Session): Promise<boolean> {
  const { id, user, deviceId, userAgent, ipAddress } = session;
  const [earlier] = await em.execute<Array<{ others: number; alike: number }>>(
    `select count(*)::int as others,
            count(*) filter (where device_id = ? or (user_agent is not distinct from ? and ip_address = ?))::int as alike
       from sessions where user_id = ? and id <> ?`,
    [deviceId ?? null, userAgent ?? null, ipAddress ?? null, user.id, id],
  );
  return earlier !== undefined && earlier.others > 0 && earlier.alike === 0;
}

/** Browsers by what their user agents say, the more particular names first: many also claim to be Chrome or Safari. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
  ['curl', 'curl'],
] as const;
const systems = [
  ['Windows', 'Windows'],
  ['Android', 'Android'],
  ['iPhone', 'iOS'],
  ['iPad', 'iPadOS'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** Names browser and system in words of ours: the client chooses the user agent, which goes into no mail. */
export function describeClient(userAgent: string | null | undefined): string {
  const nameIn = (names: ReadonlyArray<readonly [string, string]>): string | undefined =>
    names.find(([mark]) => userAgent?.includes(mark) === true)?.[1];
  const [browser = 'a program', system] = [nameIn(browsers), nameIn(systems)];
  return system === undefined ? browser : `${browser} on ${system}`;
}
