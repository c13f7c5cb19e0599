import { describe, expect, test } from '@jest/globals';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { security } from '../../../../src/http/pages/account/security.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { visit, type Visited } from '../visit.ts';

const words = texts.account.strength;
const me = {
  id: 'ada',
  email: 'a@b.c',
  displayName: 'Ada',
  emailVerified: true as boolean | null,
  hasPassword: true as boolean | null,
  secondFactors: [] as string[] | null,
  recoveryCodesLeft: 9 as number | null,
  passkeySignals: null,
  passkeys: [] as object[] | null,
  trustedDevices: [] as object[] | null,
  externalIdentities: [] as object[] | null,
};
const createdAt = '2026-01-01T00:00:00.000Z';
const passkeys = [{ id: 'p', name: 'P', createdAt, lastUsedAt: null }];
const device = { id: 'd', name: 'D', createdAt, expiresAt: createdAt, current: false };
const linked = (provider: string, id = provider) => ({ id, provider, createdAt });
const withApp = { secondFactors: ['TOTP', 'RECOVERY_CODE'] };
const providers = [{ name: 'acme', displayName: '<Acme>', canAskForProof: true }];

/** The panel about the strength of an account. */
async function panelOf(of: Partial<typeof me> = {}, settings: Visited['settings'] = {}): Promise<string> {
  const api = { Security: { me: { ...me, ...of } } };
  const { markup } = await visit(createAccountPage(security), '/account/security', null, { api, settings });
  return markup.split('<section class="panel">')[1] ?? '';
}

/** The ways into an account, each with what it takes. */
const waysIn = (panel: string): ReadonlyArray<readonly string[]> =>
  panel
    .split('<li class="way">')
    .slice(1)
    .map((way) =>
      [...way.matchAll(/<p class="name">(.*?)<\/p>|<li>(.*?)<\/li>/g)].map(([, name, need]) => name ?? need ?? ''),
    );

const warningsIn = (panel: string): readonly string[] =>
  [...panel.matchAll(/<p class="warning"><span aria-hidden="true">!<\/span> (.*?)<\/p>/g)].map(([, text = '']) => text);

describe('The strength of an account', () => {
  test('is that of its weakest way in', async () => {
    const weak = await panelOf();
    expect(waysIn(weak)).toEqual([
      [words.password, words.yourPassword],
      [words.mailCode, words.yourMailbox],
    ]);
    expect(weak).toContain(`<p class="lead">${words.weak}</p>`);
    expect(weak).toContain(`<span class="badge ">! ${words.oneThing}</span>`);
    // A passkey that is asked for after no password leaves the password as weak as it is.
    expect(await panelOf({ passkeys })).toContain(words.weak);
    const strong = await panelOf(withApp);
    const code = 'a code of your app, or a recovery code';
    expect(waysIn(strong)).toEqual([
      [words.password, words.yourPassword, code],
      [words.mailCode, words.yourMailbox, code],
    ]);
    expect(strong).toContain(`<p class="lead">${words.strong}</p>`);
    expect(strong).toContain(`<span class="badge good">✓ ${words.twoThings}</span>`);
    expect(strong).not.toContain('class="choices"');
  });

  test('counts each way that there is', async () => {
    expect(waysIn(await panelOf({ hasPassword: false }, { canSignInByEmail: false }))).toEqual([
      [words.mailReset, words.yourMailbox],
    ]);
    const externalIdentities = [linked('acme'), linked('gone'), linked('acme', 'another')];
    const all = await panelOf({ passkeys, secondFactors: ['PASSKEY', 'OTHER'], externalIdentities }, { providers });
    expect(waysIn(all)).toEqual([
      [words.password, words.yourPassword, 'your passkey'],
      [words.passkey, ...words.passkeyNeeds],
      ['&lt;Acme&gt;', 'your account at &lt;Acme&gt;', 'your passkey'],
      ['gone', 'your account at gone', 'your passkey'],
      [words.mailCode, words.yourMailbox, 'your passkey'],
    ]);
    const unknown = { hasPassword: null, secondFactors: null, passkeys: null, externalIdentities: null };
    expect(waysIn(await panelOf(unknown))).toEqual(waysIn(await panelOf()));
  });

  test('is named with what weakens it besides', async () => {
    const few = (left: number): string => words.codesLeft(left);
    const warned: ReadonlyArray<readonly [Partial<typeof me>, readonly string[]]> = [
      [{}, []],
      [{ recoveryCodesLeft: 0, trustedDevices: [device] }, []],
      [withApp, []],
      [{ ...withApp, recoveryCodesLeft: 3 }, []],
      [{ ...withApp, recoveryCodesLeft: 2 }, [few(2)]],
      [{ ...withApp, recoveryCodesLeft: 1 }, [few(1)]],
      [{ ...withApp, recoveryCodesLeft: null }, [few(0)]],
      [{ secondFactors: ['TOTP'], trustedDevices: [device] }, [words.trusted(1)]],
      [{ ...withApp, trustedDevices: [device, device] }, [words.trusted(2)]],
      [{ ...withApp, trustedDevices: null }, []],
      [{ secondFactors: null, recoveryCodesLeft: 0, trustedDevices: [device] }, []],
      [{ emailVerified: false }, [words.unconfirmed]],
      [{ emailVerified: null }, [words.unconfirmed]],
    ];
    for (const [of, warnings] of warned) expect([of, warningsIn(await panelOf(of))]).toEqual([of, warnings]);
  });

  test('that is weak offers what makes it stronger, and nothing that the account has', async () => {
    const choicesIn = (panel: string): readonly string[] =>
      [...(panel.split('class="choices"')[1] ?? '').matchAll(/name="action" value="([^"]*)"/g)].map(
        ([, action = '']) => action,
      );
    const weak = await panelOf();
    expect(choicesIn(weak)).toEqual(['begin-totp', 'begin-passkey']);
    expect(weak).toContain(
      `<button class="choice" ><strong>${words.totp}</strong> <span>${words.totpTime}</span></button>`,
    );
    expect(weak).toMatch(/<div hidden data-needs-passkeys> <form (?:(?!<form).)*value="begin-passkey"/);
    expect(choicesIn(await panelOf({ secondFactors: null }))).toEqual(['begin-totp', 'begin-passkey']);
    expect(choicesIn(await panelOf(withApp))).toEqual([]);
    // A factor that this page does not know makes it no stronger.
    expect(choicesIn(await panelOf({ secondFactors: ['OTHER'] }))).toEqual(['begin-totp', 'begin-passkey']);
  });
});
