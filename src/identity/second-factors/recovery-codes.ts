import type { EntityManager } from '@mikro-orm/postgresql';
import { createHmac, createSecretKey, randomInt } from 'node:crypto';
import { addedFrom } from '../../database/added-from.ts';
import { newId } from '../../database/base.entity.ts';
import { loaderOf } from '../../database/rows/loader-of.ts';
import type { RequestContext } from '../../request/context.ts';
import { ofEachUser } from '../../users/of-each-user.ts';
import { RecoveryCode } from './recovery-code.entity.ts';

const howMany = 10;
/** Letters and digits that are not mistaken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const codeLength = 10;
/** More characters than a code has with blanks and hyphens. */
const maxText = 40;

export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

/** Keeps the recovery codes of accounts: ten for each, hashed, each good for one use. */
export function createRecoveryCodes(rootKey: Uint8Array) {
  const key = createSecretKey(createHmac('sha256', rootKey).update('recovery codes').digest());
  const hashOf = (userId: string, code: string): string =>
    createHmac('sha256', key)
      .update(`${userId} ${canonical(code)}`)
      .digest('hex');

  /** Replaces the codes of an account whose row the caller holds; answers the new ones, which cannot be shown again. */
  async function regenerate(tx: EntityManager, now: Date, userId: string): Promise<string[]> {
    await tx.nativeDelete(RecoveryCode, { user: userId });
    const codes = Array.from({ length: howMany }, newCode);
    const rows = codes.map((code) => ({
      id: newId(now),
      createdAt: now,
      user: userId,
      hash: hashOf(userId, code),
      usedAt: null,
    }));
    await tx.insertMany(RecoveryCode, rows);
    return codes;
  }

  /** Uses a code up: of any number of callers, on any nodes, one succeeds. */
  async function use(em: EntityManager, now: Date, userId: string, code: string): Promise<boolean> {
    if (code.length > maxText) return false;
    const { affectedRows } = await em.execute<{ affectedRows: number }>(
      `update recovery_codes set used_at = ? where user_id = ? and hash = ? and used_at is null`,
      [now, userId, hashOf(userId, code)],
      'run',
    );
    return affectedRows > 0;
  }

  const left = (em: EntityManager, userId: string): Promise<number> =>
    em.count(RecoveryCode, { user: userId, usedAt: null });

  /** The same for what is answered: read once for a unit of work. */
  const leftOf = ({ em, rows }: RequestContext, userId: string): Promise<number> =>
    loaderOf(rows, 'recovery codes left', async (ids) => {
      const unused = await em.find(RecoveryCode, { user: { $in: ids }, usedAt: null }, { fields: ['user'] });
      return ofEachUser(ids, unused).map(({ length }) => length);
    }).load(userId);

  const removeAll = (tx: EntityManager, userId: string, since?: Date): Promise<number> =>
    tx.nativeDelete(RecoveryCode, { user: userId, ...addedFrom(since) });

  return { regenerate, use, left, leftOf, removeAll };
}

const newCode = (): string => {
  const characters = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${characters.slice(0, codeLength / 2)}-${characters.slice(codeLength / 2)}`;
};

/** Codes are compared without case, blanks and hyphens: people copy them from paper. */
const canonical = (code: string): string => code.toLowerCase().replaceAll(/[\s-]/g, '');
