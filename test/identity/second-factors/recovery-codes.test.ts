import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createMailTemplates } from '../../../src/identity/accounts/mail-templates.ts';
import { createFactorMail, type FactorMailKind } from '../../../src/identity/second-factors/factor-mail.ts';
import { createRecoveryCodeFactor } from '../../../src/identity/second-factors/recovery-code.factor.ts';
import { createRecoveryCodes } from '../../../src/identity/second-factors/recovery-codes.ts';
import type { Mail } from '../../../src/mail/mail.ts';
import { User } from '../../../src/users/user.entity.ts';
import { contextOf } from '../../support/contexts.ts';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let [one, other] = ['', ''];
beforeAll(async () => {
  server = await startServer();
  const idOf = async (name: string): Promise<string> =>
    (await server.database.fork().findOneOrFail(User, { email: `${name}@demo.sallyport.test` })).id;
  [one, other] = [await idOf('viewer'), await idOf('editor')];
});
afterAll(() => server.stop());

const now = new Date('2026-11-30T12:00:00.300Z');
const later = new Date('2026-11-30T12:00:00.301Z');
const codes = createRecoveryCodes(Buffer.alloc(32, 1));
const em = () => server.database.fork();
const use = (code: string, userId = one, by = codes): Promise<boolean> => by.use(em(), later, userId, code);

describe('Recovery codes', () => {
  let given: string[];
  beforeEach(async () => {
    await em().getConnection().execute('delete from recovery_codes');
    given = await codes.regenerate(em(), now, one);
  });

  test('are ten, of letters and digits that are not mistaken for each other, and nowhere stored', async () => {
    expect(given).toHaveLength(10);
    expect(new Set(given).size).toBe(10);
    for (const code of given) expect(code).toMatch(/^[a-hj-km-np-z2-9]{5}-[a-hj-km-np-z2-9]{5}$/);
    const rows: unknown = await em().getConnection().execute('select * from recovery_codes');
    for (const code of given) expect(JSON.stringify(rows)).not.toContain(code.slice(0, 5));
    expect(await codes.left(em(), one)).toBe(10);
  });

  test('are good once each, for their account alone, with the key of the server', async () => {
    const [code = '', second = ''] = given;
    expect(await use(code, other)).toBe(false);
    expect(await use(code, one, createRecoveryCodes(Buffer.alloc(32, 2)))).toBe(false);
    expect(await use(code)).toBe(true);
    expect(await use(code)).toBe(false);
    expect(await codes.left(em(), one)).toBe(9);
    const answers = await Promise.all(Array.from({ length: 5 }, () => use(second)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    const moments = await em().getConnection().execute('select used_at from recovery_codes where used_at is not null');
    expect(moments).toHaveLength(2);
  });

  test('may be typed in capitals, with blanks and without the hyphen, up to forty characters', async () => {
    const spellings = [
      (code: string) => code.toUpperCase(),
      (code: string) => code.replace('-', ''),
      (code: string) => ` ${code.replace('-', ' - ')}\n`,
      (code: string) => code.padEnd(40),
    ];
    for (const [index, spell] of spellings.entries()) expect(await use(spell(given[index] ?? ''))).toBe(true);
    expect(await use((given[5] ?? '').padEnd(41))).toBe(false);
    for (const wrong of ['', '-', (given[5] ?? '').slice(1), `${given[5]}a`]) expect(await use(wrong)).toBe(false);
  });

  test('are replaced with all the others, those of another account apart', async () => {
    const [ofOther = ''] = await codes.regenerate(em(), now, other);
    const renewed = await codes.regenerate(em(), now, one);
    expect(await use(given[0] ?? '')).toBe(false);
    expect(await use(renewed[0] ?? '')).toBe(true);
    expect(await use(ofOther, other)).toBe(true);
  });

  test('are counted as long as they are unused, for several accounts by one look', async () => {
    await codes.regenerate(em(), now, other);
    await use(given[0] ?? '');
    const context = contextOf(server.database);
    server.statements.length = 0;
    expect(await Promise.all([one, other].map((id) => codes.leftOf(context, id)))).toEqual([9, 10]);
    expect(server.statements.filter((sql) => sql.includes('recovery_codes'))).toHaveLength(1);
  });

  test('are removed, all or those that were made from a moment on', async () => {
    expect(await codes.removeAll(em(), one, later)).toBe(0);
    expect(await codes.removeAll(em(), other, now)).toBe(0);
    expect(await codes.removeAll(em(), one, now)).toBe(10);
    await codes.regenerate(em(), now, one);
    expect(await codes.removeAll(em(), one)).toBe(10);
  });

  test('stand in for a factor, and the owner is told of each use', async () => {
    const mails: unknown[] = [];
    const factor = createRecoveryCodeFactor({
      recoveryCodes: codes,
      factorMail: (kind, userId) => void mails.push([kind, userId]),
    });
    const context = contextOf(server.database);
    const verify = (proof: unknown) =>
      factor.verify(context, { account: { id: one, secondFactors: ['RECOVERY_CODE'] }, proof });
    expect(await verify('wrong')).toBeNull();
    expect(await verify(7)).toBeNull();
    expect(mails).toEqual([]);
    expect(await verify(given[0])).toEqual({});
    expect(mails).toEqual([['recoveryCodeUsed', one]]);
    expect(factor).toMatchObject({ method: 'RECOVERY_CODE', amr: ['otp'], proofField: 'recoveryCode', isBackup: true });
    expect(factor.isEnrolled({ id: one, secondFactors: ['TOTP'] })).toBe(false);
    expect(factor.isEnrolled({ id: one, secondFactors: ['TOTP', 'RECOVERY_CODE'] })).toBe(true);
    for (const code of given.slice(1, 9)) await use(code);
    expect(await codes.left(em(), one)).toBe(1);
    expect(await factor.remains?.(em(), one)).toBe(true);
    await factor.removeAll(em(), context, one, later);
    expect(await factor.remains?.(em(), one)).toBe(true);
    await factor.removeAll(em(), context, one);
    expect(await factor.remains?.(em(), one)).toBe(false);
  });
});

test('The owner of an account is told what happened to its factors by a mail with a name of its own, unless it is closed', async () => {
  const sent: Array<readonly [string, Mail | null]> = [];
  let sending = Promise.resolve();
  const templates = createMailTemplates('https://example.com');
  const mail = createFactorMail({
    send(name, compose) {
      sending = sending.then(async () => void sent.push([name, await compose(em(), templates)]));
      return true;
    },
  });
  const kinds: Readonly<Record<FactorMailKind, string>> = {
    factorEnrolled: 'factor-enrolled',
    factorRemoved: 'factor-removed',
    factorReplaced: 'factor-replaced',
    recoveryCodeUsed: 'recovery-code-used',
    recoveryCodesRenewed: 'recovery-codes-renewed',
  };
  for (const kind of Object.keys(kinds) as FactorMailKind[]) mail(kind, one);
  await sending;
  expect(sent.map(([name]) => name)).toEqual(Object.values(kinds));
  for (const [, written] of sent) expect(written).toMatchObject({ to: 'viewer@demo.sallyport.test' });
  await em().nativeUpdate(User, one, { closedAt: now });
  mail('factorEnrolled', one);
  await sending;
  expect(sent.at(-1)).toEqual(['factor-enrolled', null]);
});
