import { describe, expect, test } from '@jest/globals';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { security } from '../../../../src/http/pages/account/security.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

describe('The page that asks who it is', () => {
  const page = createAccountPage(security);
  const me = (secondFactors: readonly string[]) => ({
    me: { email: 'a@b.c', hasPassword: true, secondFactors, externalIdentities: [] },
  });
  const sent = { step: 'confirm', 'carried.action': 'begin-totp' };
  const api = (factors: readonly string[]) => ({
    Reauthenticate: refused('INVALID_CREDENTIALS'),
    Proofs: me(factors),
    BeginPasskeyLogin: { beginPasskeyLogin: { challenge: 'x' } },
  });

  /** Sends a form that takes a proof, for an account that can give some. */
  const ask = (proofs: unknown, settings: Visited['settings'] = {}): Promise<Seen> =>
    visit(
      page,
      '/account/security?account=ada',
      { action: 'begin-totp' },
      {
        api: {
          Viewer: { me: { id: 'ada' } },
          BeginTotpEnrolment: refused('REAUTHENTICATION_REQUIRED'),
          Proofs: { me: proofs },
          BeginPasskeyLogin: { beginPasskeyLogin: { challenge: '"x"' } },
        },
        settings,
      },
    );

  const action = '/base/account/security?account=ada';
  const carried = { 'carried.action': 'begin-totp', step: 'confirm' };
  const namesIn = ({ markup }: Seen): readonly string[] =>
    [...markup.matchAll(/id="confirm-(\w+)" name=/g)].map(([, name = '']) => name);

  test('asks for the password of an account without a second factor', async () => {
    for (const proofs of [{ ...me([]).me }, { hasPassword: null, secondFactors: null }, null]) {
      const seen = await ask(proofs);
      expect(seen.answer).toEqual({ title: texts.confirm.title, main: expect.anything() });
      expect([seen.forms, seen.links, namesIn(seen)]).toEqual([[{ action, hidden: carried }], [action], ['password']]);
      expect(seen.markup).toMatch(
        /id="confirm-password" name="password" type="password" autocomplete="current-password"[^>]* required autofocus/,
      );
      expect(seen.markup).toMatch(/<button class="primary" >Confirm</);
      expect(seen.asked.map(([operation]) => operation)).not.toContain('BeginPasskeyLogin');
      expect(seen.markup).not.toMatch(/role="alert"|-error"|data-passkey=/);
    }
  });

  test('asks for the codes of an account that has them, and for no password', async () => {
    const seen = await ask(me(['TOTP', 'RECOVERY_CODE']).me);
    expect([seen.forms, namesIn(seen)]).toEqual([[{ action, hidden: carried }], ['code', 'recoveryCode']]);
    expect(seen.markup).toMatch(/id="confirm-code"[^>]* autofocus/);
    expect(namesIn(await ask(me(['TOTP']).me))).toEqual(['code']);
  });

  test('asks for a passkey first, or as another way if there are codes', async () => {
    const alone = await ask({ ...me(['PASSKEY']).me, hasPassword: false });
    expect([alone.forms, namesIn(alone)]).toEqual([[{ action, hidden: { ...carried, passkey: '' } }], []]);
    expect(alone.markup).toContain(
      'data-passkey="get" data-options="{&quot;challenge&quot;:&quot;\\&quot;x\\&quot;&quot;}"',
    );
    expect(alone.markup).toMatch(/<button class="primary" >Use a passkey</);
    const both = await ask(me(['PASSKEY', 'TOTP']).me);
    expect([both.forms.length, namesIn(both)]).toEqual([2, ['code']]);
    expect(both.markup).toMatch(/<button class="secondary" >Use a passkey<.*<button class="primary" >Confirm</);
    for (const { markup } of [alone, both]) expect(markup).not.toContain(texts.confirm.setPassword);
  });

  const providers = [
    { name: 'acme', displayName: 'Acme & Co', canAskForProof: true },
    { name: 'lax', displayName: 'Lax', canAskForProof: false },
    { name: 'other', displayName: 'Other', canAskForProof: true },
  ];
  const unproved = { hasPassword: false, secondFactors: [] };
  const away = (step: string, of = {}) => ({ action, hidden: { 'carried.action': 'begin-totp', step, ...of } });

  test('leads an account that has nothing else to its providers, and to a password by e-mail', async () => {
    const externalIdentities = [{ provider: 'acme' }, { provider: 'lax' }, { provider: 'gone' }];
    const seen = await ask({ ...unproved, externalIdentities }, { providers });
    expect(seen.forms).toEqual([
      away('provider', { provider: 'acme' }),
      away('provider', { provider: 'lax' }),
      away('password-by-mail'),
    ]);
    expect(seen.markup).toContain('>Go on with Acme &amp; Co<');
    // One that cannot be asked anew says so.
    expect(seen.markup.match(/<p class="hint">\w+/g)).toEqual(['<p class="hint">Lax']);
    expect(seen.markup).toMatch(/<button class="quiet" >Set one by e-mail</);
    expect(seen.markup).toContain(texts.confirm.otherwise);
    expect(seen.markup).not.toMatch(/role="alert"|no password yet/);
  });

  test('leads an account without a provider to a password by e-mail alone', async () => {
    for (const externalIdentities of [[], null, [{ provider: 'gone' }]]) {
      const seen = await ask({ ...unproved, externalIdentities }, { providers });
      expect(seen.forms).toEqual([away('password-by-mail')]);
      expect(seen.markup).toMatch(/no password yet.*<button class="primary" >Set one by e-mail</);
      expect(seen.markup).not.toContain(texts.confirm.otherwise);
    }
  });

  test('takes the proof that was given, one alone', async () => {
    for (const [fields, input] of [
      [{ passkey: '{"id":1}', code: '1' }, { passkey: { id: 1 } }],
      [{ code: '1', recoveryCode: 'r' }, { code: '1' }],
      [{ recoveryCode: 'r', password: 'p' }, { recoveryCode: 'r' }],
      [{ password: 'p' }, { password: 'p' }],
      [{}, { password: '' }],
    ] as const) {
      const proved = { Reauthenticate: {}, BeginTotpEnrolment: refused('CONFLICT'), Security: { me: null } };
      const { asked } = await visit(page, '/account/security', { ...sent, ...fields }, { api: proved });
      expect(asked.slice(0, 2)).toStrictEqual([
        ['Reauthenticate', { input }],
        ['BeginTotpEnrolment', undefined],
      ]);
    }
  });

  test('says above its button that a passkey was refused, also if an account has nothing else', async () => {
    for (const factors of [['PASSKEY'], ['PASSKEY', 'TOTP']]) {
      const fields = { ...sent, passkey: '{"id":1}' };
      const { answer, asked, markup } = await visit(page, '/account/security', fields, { api: api(factors) });
      expect(answer).toMatchObject({ status: 401, title: 'Confirm that it is you' });
      expect(asked[0]).toEqual(['Reauthenticate', { input: { passkey: { id: 1 } } }]);
      expect(markup).toMatch(/role="alert">(?:(?!<form|<div class="passkey").)*INVALID_CREDENTIALS&gt;.*data-passkey=/);
      expect(markup.match(/role="alert"|-error"/g)).toHaveLength(1);
    }
  });

  test('says beside its field that a code was refused', async () => {
    const fields = { ...sent, code: '123456' };
    const { markup } = await visit(page, '/account/security', fields, { api: api(['PASSKEY', 'TOTP']) });
    expect(markup).toContain('id="confirm-code-error">Refused');
    expect(markup).not.toMatch(/role="alert"|123456/);
  });

  test('says beside the field that was filled in that its content was refused, or beside the first', async () => {
    for (const [fields, name] of [
      [{ recoveryCode: 'a secret' }, 'recoveryCode'],
      [{ code: 'a secret', recoveryCode: 'a secret' }, 'code'],
      [{}, 'code'],
    ] as const) {
      const both = { api: api(['TOTP', 'RECOVERY_CODE']) };
      const { answer, forms, markup } = await visit(page, '/account/security', { ...sent, ...fields }, both);
      expect(answer).toMatchObject({ status: 401 });
      expect(markup.match(/id="confirm-\w+-error"/g)).toEqual([`id="confirm-${name}-error"`]);
      expect(markup).not.toMatch(/role="alert"|a secret/);
      expect(forms[0]?.hidden).toEqual(carried);
    }
  });
});
