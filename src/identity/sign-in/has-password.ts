import { loaderOf } from '../../database/rows/loader-of.ts';
import type { RequestContext } from '../../request/context.ts';
import { User } from '../../users/user.entity.ts';

/** Returns whether an account has a password. */
export const hasPassword = ({ em, rows }: RequestContext, userId: string): Promise<boolean> =>
  loaderOf(rows, 'has a password', async (ids) => {
    const which = { id: { $in: ids }, passwordHash: { $ne: null } };
    const having = await em.find(User, which, { fields: ['id'], disableIdentityMap: true });
    return ids.map((id) => having.some((user) => user.id === id));
  }).load(userId);
