import type { EntityManager } from '@mikro-orm/postgresql';
import type { Recorder } from '../../audit/record.ts';
import { newId } from '../../database/base.entity.ts';
import { loaderOf } from '../../database/rows/loader-of.ts';
import { notFound } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { requireId } from '../../request/input.ts';
import { ofEachUser } from '../../users/of-each-user.ts';
import type { User } from '../../users/user.entity.ts';
import { TrustedDevice } from './trusted-device.entity.ts';

export interface DeviceTrustDeps {
  readonly recorder: Pick<Recorder, 'record'>;
  /** The time for which a device spares the second factor; 0 never. */
  readonly trustedDeviceSeconds: number;
}

export type DeviceTrust = ReturnType<typeof createDeviceTrust>;

type Owner = Pick<User, 'id' | 'credentialVersion'>;

/** Keeps the devices on which an account is not asked for its second factor. */
export function createDeviceTrust({ recorder, trustedDeviceSeconds }: DeviceTrustDeps) {
  const isLasting = (now: Date) => ({
    expiresAt: { $gt: now },
    // A time that was made shorter binds the trust that was given before.
    createdAt: { $gt: new Date(now.getTime() - trustedDeviceSeconds * 1000) },
  });

  /** Returns whether a device spares its user the second factor now. */
  async function isTrusted({ em, now }: RequestContext, owner: Owner, deviceId: string): Promise<boolean> {
    if (trustedDeviceSeconds === 0) return false;
    const { id: user, credentialVersion } = owner;
    return (await em.count(TrustedDevice, { ...isLasting(now), user, credentialVersion, deviceId })) > 0;
  }

  /** Trusts a device from now on; does nothing if the setting switches trust off. */
  async function trust(
    context: RequestContext,
    user: User,
    { deviceId, name }: { deviceId: string; name: string | null },
  ): Promise<void> {
    if (trustedDeviceSeconds === 0) return;
    const { em, now } = context;
    const { id: userId, credentialVersion } = user;
    const expiresAt = new Date(now.getTime() + trustedDeviceSeconds * 1000);
    await em.transactional(async (tx) => {
      await tx.upsert(
        TrustedDevice,
        { id: newId(now), createdAt: now, user: userId, deviceId, name, credentialVersion, expiresAt },
        {
          onConflictFields: ['user', 'deviceId'],
          onConflictMergeFields: ['createdAt', 'name', 'credentialVersion', 'expiresAt'],
        },
      );
      recorder.record(tx, context, { type: 'device.trusted', actorId: userId, subjectId: userId });
    });
  }

  async function list({ em, rows, now }: RequestContext, owner: Owner): Promise<TrustedDevice[]> {
    const lasting = loaderOf(rows, 'trusted devices', async (ids) => {
      const which = { ...isLasting(now), user: { $in: ids } };
      return ofEachUser(ids, await em.find(TrustedDevice, which, { orderBy: { id: 'desc' } }));
    });
    const { id, credentialVersion } = owner;
    return (await lasting.load(id)).filter((device) => device.credentialVersion === credentialVersion);
  }

  /** Ends the trust in one of a user's devices. @throws NOT_FOUND if the user has no such device. */
  const revoke = (context: RequestContext, userId: string, text: string): Promise<void> =>
    context.em.transactional(async (tx) => {
      const id = requireId('id', text);
      if ((await tx.nativeDelete(TrustedDevice, { id, user: userId })) === 0) throw notFound('The device');
      recorder.record(tx, context, { type: 'device.trust_revoked', subjectId: userId });
    });

  const removeAll = (tx: EntityManager, userId: string): Promise<number> =>
    tx.nativeDelete(TrustedDevice, { user: userId });

  return { isTrusted, trust, list, revoke, removeAll };
}
