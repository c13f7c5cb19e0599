import { describe, expect, test } from '@jest/globals';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { security } from '../../../../src/http/pages/account/security.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

const words = texts.account.security;
const page = createAccountPage(security);
const createdAt = '2026-01-02T03:04:00.000Z';
const later = '2026-02-03T04:05:00.000Z';

interface Me {
  readonly [field: string]: unknown;
}

const me: Me = {
  id: 'ada',
  email: 'ada"@b.c',
  displayName: 'Ada',
  emailVerified: true,
  hasPassword: true,
  secondFactors: [],
  recoveryCodesLeft: 0,
  passkeySignals: null,
  passkeys: [],
  trustedDevices: [],
  externalIdentities: [],
};
const withApp: Me = { ...me, secondFactors: ['TOTP', 'RECOVERY_CODE'], recoveryCodesLeft: 9 };
const providers = [
  { name: 'acme', displayName: 'Acme & Co', canAskForProof: true },
  { name: 'other', displayName: 'Other', canAskForProof: true },
];
const passkey = (id: string, lastUsedAt: string | null = null) => ({ id, name: `<${id}>`, createdAt, lastUsedAt });
const device = (id: string, name: string | null, current = false) => ({
  id,
  name,
  createdAt,
  expiresAt: later,
  current,
});
const identity = (id: string, provider: string) => ({ id, provider, createdAt });

const shown = (of: Me = {}, settings: Visited['settings'] = {}): Promise<Seen> =>
  visit(page, '/account/security', null, { api: { Security: { me: { ...me, ...of } } }, settings });

const send = (fields: Readonly<Record<string, string>>, api: Visited['api'] = {}, of: Me = {}): Promise<Seen> =>
  visit(page, '/account/security?account=ada', fields, {
    api: { Viewer: { me }, Security: { me: { ...me, ...of } }, ...api },
    settings: { providers },
  });

/** The panels of the section by their titles. */
const panelsOf = ({ markup }: Seen): Readonly<Record<string, string>> =>
  Object.fromEntries(
    markup
      .split('<section class="panel">')
      .slice(1)
      .map((text) => [/<h2>(.*?)<\/h2>/.exec(text)?.[1] ?? '', text]),
  );

const panelOf = (seen: Seen, title: string): string => panelsOf(seen)[title] ?? '';

/** What each form of a panel does, and to which row. */
const actionsIn = (text: string): readonly string[] =>
  text
    .split('<form ')
    .slice(1)
    .map((form) =>
      ['action', 'id'].flatMap((name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(form)?.[1] ?? []).join(' '),
    );

const detailsIn = (text: string): readonly boolean[] =>
  [...text.matchAll(/<details ([^>]*)>/g)].map(([, attributes = '']) => attributes.includes('open'));

const alertsIn = (text: string): number => text.split('role="alert"').length - 1;

describe('The page of the security', () => {
  test('has a panel for each thing that an account has or can have', async () => {
    const titlesOf = async (of: Me, settings = {}): Promise<readonly string[]> =>
      Object.keys(panelsOf(await shown(of, settings)));
    const always = [texts.account.strength.title, words.password, words.totp];
    expect(await titlesOf({})).toEqual([...always, words.passkeys]);
    expect(await titlesOf({}, { providers })).toEqual([...always, words.passkeys, words.identities]);
    const all = { ...withApp, externalIdentities: [identity('i', 'gone')], trustedDevices: [device('d', 'D')] };
    expect(await titlesOf(all)).toEqual([...always, words.recovery, words.passkeys, words.identities, words.devices]);
  });

  test('tells the script of the passkeys', async () => {
    expect((await shown()).markup).not.toContain('data-passkey-signals');
    expect((await shown({ passkeySignals: [1] })).markup).toContain('data-passkey-signals="[1]"');
  });

  test('is that of an account of which the API shows this session next to nothing', async () => {
    const hidden = Object.fromEntries(Object.keys(me).map((name) => [name, null]));
    const seen = await shown({ ...hidden, id: 'ada' }, { providers });
    expect(seen.markup).not.toMatch(/undefined|>null|"null"/);
    expect(panelOf(seen, words.recovery)).toContain('None is left');
    expect(panelOf(seen, words.passkeys)).toContain(words.noPasskeys);
    expect(panelOf(seen, words.identities)).toContain(words.noIdentities);
    expect(actionsIn(panelOf(seen, words.password))).toEqual(['change-password']);
    expect(seen.forms.find(({ hidden: { action } }) => action === 'change-password')?.hidden).toEqual({
      action: 'change-password',
      username: '',
    });
  });
});

describe('The password', () => {
  test('is changed by a form that tells a password manager whose it is', async () => {
    const seen = await shown();
    const text = panelOf(seen, words.password);
    expect(seen.forms).toContainEqual({
      action: '/base/account/security?account=ada',
      hidden: { action: 'change-password', username: 'ada&quot;@b.c' },
    });
    expect(text.match(/<input [^>]*type="password"[^>]*>/g)).toEqual([
      expect.stringMatching(/name="currentPassword".* autocomplete="current-password".* required/),
      expect.stringMatching(/name="newPassword".* autocomplete="new-password".* required.* minlength="8"/),
    ]);
    expect(text).toContain('type="checkbox" id="password-revokeApiKeys"');
    expect(text).toContain(`<p class="lead">${words.passwordLead}</p>`);
    expect(detailsIn(text)).toEqual([false]);
  });

  test('of an account without one is set by e-mail', async () => {
    const text = panelOf(await shown({ hasPassword: false }), words.password);
    expect(actionsIn(text)).toEqual([]);
    expect(text).toContain('<a href="/base/reset-password">');
    expect(text).toContain(words.noPassword);
  });

  test('is sent with the box that ends API keys', async () => {
    const fields = { action: 'change-password', currentPassword: 'c', newPassword: 'n' };
    for (const [sent, variables] of [
      [fields, { currentPassword: 'c', newPassword: 'n', revokeApiKeys: false }],
      [
        { ...fields, revokeApiKeys: 'on' },
        { currentPassword: 'c', newPassword: 'n', revokeApiKeys: true },
      ],
      [{ action: 'change-password' }, { currentPassword: '', newPassword: '', revokeApiKeys: false }],
    ] as const) {
      const { asked, answer } = await send(sent, { ChangePassword: {} });
      expect(asked.at(-1)).toEqual(['ChangePassword', variables]);
      expect(answer).toEqual({ redirectTo: '/base/account/security?done=password-changed' });
    }
  });

  test('that is wrong is open again, and written nowhere', async () => {
    const fields = { action: 'change-password', currentPassword: 'a secret', newPassword: 'a secret' };
    const seen = await send(fields, { ChangePassword: refused('INVALID_CREDENTIALS') });
    const text = panelOf(seen, words.password);
    expect(text).toContain('id="password-currentPassword-error">Refused');
    expect(detailsIn(text)).toEqual([true]);
    expect(seen.markup).not.toContain('a secret');
  });
});

describe('The authenticator app', () => {
  test('is set up, or replaced and removed if there is one', async () => {
    const without = panelOf(await shown({ secondFactors: ['PASSKEY'] }), words.totp);
    expect(actionsIn(without)).toEqual(['begin-totp']);
    expect(without).toContain(`<span class="badge ">${words.off}</span>`);
    expect(without).toContain(`<button class="primary" >${words.addTotp}</button>`);
    const on = panelOf(await shown(withApp), words.totp);
    expect(actionsIn(on)).toEqual(['begin-totp', 'remove-totp']);
    expect(on).toContain(`<span class="badge good">✓ ${words.on}</span>`);
    expect(on).toContain(`<button class="secondary" >${words.replaceTotp}</button>`);
    expect(on).toContain(`<button class="danger" >${words.removeTotp}</button>`);
    expect(on).toContain(words.removeTotpLead);
    expect(detailsIn(on)).toEqual([false]);
  });

  test('says in its panel why a form was refused, or above all if the form is gone', async () => {
    const begun = await send({ action: 'begin-totp' }, { BeginTotpEnrolment: refused('RATE_LIMITED') }, withApp);
    expect(panelOf(begun, words.totp)).toMatch(/<form [^>]*> <div class="alert"(?:(?!<form).)*value="begin-totp"/);
    expect([alertsIn(begun.markup), detailsIn(panelOf(begun, words.totp))]).toEqual([1, [false]]);
    const removal = { DisableTotp: refused('RATE_LIMITED') };
    const kept = await send({ action: 'remove-totp' }, removal, withApp);
    expect(panelOf(kept, words.totp)).toMatch(/<form [^>]*> <div class="alert"(?:(?!<form).)*value="remove-totp"/);
    expect([alertsIn(kept.markup), detailsIn(panelOf(kept, words.totp))]).toEqual([1, [true]]);
    const gone = await send({ action: 'remove-totp' }, removal);
    expect([alertsIn(gone.markup), alertsIn(panelOf(gone, words.totp))]).toEqual([1, 0]);
  });

  test('is removed', async () => {
    const { asked, answer } = await send({ action: 'remove-totp' }, { DisableTotp: {} });
    expect(asked.at(-1)).toEqual(['DisableTotp', undefined]);
    expect(answer).toEqual({ redirectTo: '/base/account/security?done=totp-removed' });
  });

  const enrolment = { secret: 'ABCDEFGHIJ', uri: 'otpauth://totp/x?a&b', qrCode: '<svg>"</svg>' };

  test('is scanned from a page that shows its secret, and nothing of what stands in the URL', async () => {
    const { answer, forms, links, markup } = await send(
      { action: 'begin-totp' },
      { BeginTotpEnrolment: { beginTotpEnrolment: enrolment } },
    );
    expect(answer).toEqual({ title: words.scanTitle, main: expect.anything() });
    expect(markup).toContain(
      `src="data:image/svg+xml;base64,${Buffer.from(enrolment.qrCode).toString('base64')}" alt="${words.scanAlt}"`,
    );
    expect(markup).toContain('data-keep="ABCDEFGHIJ">ABCD EFGH IJ</code>');
    expect(links).toEqual(['otpauth://totp/x?a&amp;b', '/base/account/security']);
    const hidden = { ...enrolment, uri: 'otpauth://totp/x?a&amp;b', qrCode: '&lt;svg&gt;&quot;&lt;/svg&gt;' };
    expect(forms).toEqual([
      { action: '/base/account/security?account=ada', hidden: { action: 'confirm-totp', ...hidden } },
    ]);
    expect(markup).toMatch(/id="totp-code" name="code" type="text" autocomplete="one-time-code"[^>]* autofocus/);
    expect(markup).not.toContain('-error"');
  });

  test('is asked for its code once more if that was wrong, with what the form carries and no link but to an app', async () => {
    const fields = { action: 'confirm-totp', ...enrolment, code: '123456' };
    for (const refusal of [refused('INVALID_CREDENTIALS'), refused('BAD_USER_INPUT', { field: 'code' })]) {
      const { answer, asked, links, markup } = await send(fields, { ConfirmTotpEnrolment: refusal });
      expect(answer).toMatchObject({ title: words.scanTitle });
      expect(asked.at(-1)).toEqual(['ConfirmTotpEnrolment', { code: '123456' }]);
      expect(markup).toContain('id="totp-code-error">Refused');
      expect(markup).toContain('data-keep="ABCDEFGHIJ"');
      expect(links).toEqual(['otpauth://totp/x?a&amp;b', '/base/account/security']);
    }
    const forged = { action: 'confirm-totp', uri: 'javascript:alert(1)//otpauth:' };
    const { asked, links } = await send(forged, { ConfirmTotpEnrolment: refused('INVALID_CREDENTIALS') });
    expect([asked.at(-1), links]).toEqual([['ConfirmTotpEnrolment', { code: '' }], ['/base/account/security']]);
    const without = await send({ action: 'confirm-totp' }, { ConfirmTotpEnrolment: refused('INVALID_CREDENTIALS') });
    expect(without.markup).toContain('src="data:image/svg+xml;base64,"');
    expect(without.markup).not.toContain('undefined');
  });

  test('that is refused for another reason leads back to the section', async () => {
    const fields = { action: 'confirm-totp', ...enrolment, code: '123456' };
    for (const refusal of [refused('INVALID_GRANT'), refused('BAD_USER_INPUT', { field: 'other' })]) {
      const { answer, markup } = await send(fields, { ConfirmTotpEnrolment: refusal });
      expect(answer).toMatchObject({ title: words.title, status: refusal.status });
      expect([alertsIn(markup), markup.includes('ABCD')]).toEqual([1, false]);
    }
  });
});

describe('Recovery codes', () => {
  test('are counted, and renewed by two presses', async () => {
    const seen = await shown(withApp);
    const text = panelOf(seen, words.recovery);
    expect([actionsIn(text), detailsIn(text)]).toEqual([['renew-codes'], [false]]);
    expect(text).toContain('9 left.');
    expect(text).toContain(words.renewLead);
    const refusal = { RegenerateRecoveryCodes: refused('CONFLICT') };
    const kept = panelOf(await send({ action: 'renew-codes' }, refusal, withApp), words.recovery);
    expect([alertsIn(kept), detailsIn(kept)]).toEqual([1, [true]]);
  });

  test.each([
    [{ action: 'renew-codes' }, 'RegenerateRecoveryCodes', 'regenerateRecoveryCodes'],
    [{ action: 'confirm-totp', code: '1' }, 'ConfirmTotpEnrolment', 'confirmTotpEnrolment'],
  ])('are shown once, by the answer to %j', async (fields, operation, name) => {
    const { answer, forms, links, markup } = await send(fields, { [operation]: { [name]: { codes: ['a<1', 'b2'] } } });
    expect(answer).toEqual({ title: words.codesTitle, main: expect.anything() });
    expect(markup).toMatch(/data-keep="a&lt;1 b2" data-file="recovery-codes.txt" ?>a&lt;1 b2<\/code/);
    expect([forms, links]).toEqual([[], ['/base/account/security']]);
    expect(markup).toContain(words.stored);
  });
});

describe('Passkeys', () => {
  test('are listed with when they were added and used, and a form that needs a script adds one', async () => {
    const none = panelOf(await shown(), words.passkeys);
    expect(none).toContain(words.noPasskeys);
    expect(actionsIn(none)).toEqual(['begin-passkey']);
    expect(none).toMatch(/<div hidden data-needs-passkeys><form/);
    expect(none).toContain(`<noscript><p>${words.needsScript}</p></noscript>`);
    expect(none).toContain(`<p hidden data-needs-host-name>${words.needsHostName}</p>`);
    const text = panelOf(await shown({ passkeys: [passkey('a'), passkey('b', later)] }), words.passkeys);
    expect(text).not.toContain(words.noPasskeys);
    expect(actionsIn(text)).toEqual([
      'rename-passkey a',
      'remove-passkey a',
      'rename-passkey b',
      'remove-passkey b',
      'begin-passkey',
    ]);
    const facts = [...text.matchAll(/<p class="facts">(.*?)<\/p>/g)].map(([, fact = '']) =>
      fact.replaceAll(/<[^>]*>/g, '').trim(),
    );
    expect(facts).toEqual(['added 2026-01-02 03:04 UTC', 'added 2026-01-02 03:04 UTC, last used 2026-02-03 04:05 UTC']);
    expect(text).toContain('<p class="name">&lt;a&gt;</p>');
    expect(text).toContain('aria-label="Rename: &lt;a&gt;"');
    expect(text).toContain('<button class="danger" aria-label="Remove: &lt;a&gt;" >Remove</button>');
    expect(text).toMatch(/id="rename-b-name"[^>]* value="&lt;b&gt;"/);
    expect(detailsIn(text)).toEqual([false, false]);
  });

  test.each(['rename', 'remove'])('say in their own row why a form to %s one was refused', async (what) => {
    const operation = what === 'rename' ? 'RenamePasskey' : 'RemovePasskey';
    const fields = { action: `${what}-passkey`, id: 'b', name: 'B' };
    const passkeys = [passkey('a'), passkey('b')];
    const text = panelOf(await send(fields, { [operation]: refused('RATE_LIMITED') }, { passkeys }), words.passkeys);
    expect(detailsIn(text)).toEqual([false, true]);
    expect(alertsIn(text)).toBe(1);
    expect(text).toMatch(new RegExp(`role="alert"(?:(?!<form).)*value="${what}-passkey" /> ?<input[^>]* value="b"`));
  });

  test.each([
    [{ action: 'rename-passkey', id: 'a', name: 'A' }, 'RenamePasskey', { id: 'a', name: 'A' }, 'passkey-renamed'],
    [{ action: 'rename-passkey' }, 'RenamePasskey', { id: '', name: '' }, 'passkey-renamed'],
    [{ action: 'remove-passkey', id: 'a' }, 'RemovePasskey', { id: 'a' }, 'passkey-removed'],
    [{ action: 'remove-passkey' }, 'RemovePasskey', { id: '' }, 'passkey-removed'],
    [
      { action: 'finish-passkey', passkey: '{"id":1}', name: 'A' },
      'FinishPasskeyRegistration',
      { response: { id: 1 }, name: 'A' },
      'passkey-added',
    ],
    [{ action: 'finish-passkey' }, 'FinishPasskeyRegistration', { response: null }, 'passkey-added'],
    [{ action: 'unlink-identity', id: 'i' }, 'UnlinkExternalIdentity', { id: 'i' }, 'identity-unlinked'],
    [{ action: 'unlink-identity' }, 'UnlinkExternalIdentity', { id: '' }, 'identity-unlinked'],
    [{ action: 'revoke-device', id: 'd' }, 'RevokeTrustedDevice', { id: 'd' }, 'device-removed'],
    [{ action: 'revoke-device' }, 'RevokeTrustedDevice', { id: '' }, 'device-removed'],
  ])('and what else an account has are changed by the form %j', async (fields, operation, variables, done) => {
    const { asked, answer } = await send(fields, { [operation]: {} });
    expect(asked.at(-1)).toStrictEqual([operation, variables]);
    expect(answer).toEqual({ redirectTo: `/base/account/security?done=${done}` });
  });

  test('are made on a page that hands the script its options', async () => {
    const options = { challenge: '"<' };
    const { answer, forms, links, markup } = await send(
      { action: 'begin-passkey' },
      { BeginPasskeyRegistration: { beginPasskeyRegistration: options } },
    );
    expect(answer).toEqual({ title: words.passkeyTitle, main: expect.anything() });
    expect([forms, links]).toEqual([
      [{ action: '/base/account/security?account=ada', hidden: { action: 'finish-passkey', passkey: '' } }],
      ['/base/account/security'],
    ]);
    expect(markup).toContain('data-passkey="create" data-options="{&quot;challenge&quot;:&quot;\\&quot;&lt;&quot;}"');
    const [field = ''] = /<input id="passkey-name"[^>]*>/.exec(markup) ?? [];
    expect([field.includes('autofocus'), field.includes('required')]).toEqual([true, false]);
    expect(markup).toMatch(/<noscript><div class="alert"/);
    const refusal = await send({ action: 'begin-passkey' }, { BeginPasskeyRegistration: refused('CONFLICT') });
    expect(alertsIn(panelOf(refusal, words.passkeys))).toBe(1);
  });
});

describe('Accounts of providers', () => {
  test('are listed, unlinked and linked by their names', async () => {
    const externalIdentities = [identity('i', 'acme'), identity('j', 'gone<')];
    const text = panelOf(await shown({ externalIdentities }, { providers }), words.identities);
    expect(actionsIn(text)).toEqual([
      'unlink-identity i',
      'unlink-identity j',
      'link-identity acme',
      'link-identity other',
    ]);
    expect(text.match(/<p class="name">[^<]*</g)).toEqual([
      '<p class="name">Acme &amp; Co<',
      '<p class="name">gone&lt;<',
    ]);
    expect(text).toContain('added <time datetime="2026-01-02T03:04:00.000Z"');
    expect(text).toContain('<button class="secondary" aria-label="Unlink: Acme &amp; Co" >Unlink</button>');
    expect(text).toContain('>Link another account of Acme &amp; Co<');
    expect(text).toContain('>Link Other<');
    expect(text).not.toContain(words.noIdentities);
    const none = panelOf(await shown({}, { providers }), words.identities);
    expect(none).toContain(words.noIdentities);
    expect(none).toContain('>Link Acme &amp; Co<');
    expect(none).toContain(words.identitiesLead);
  });

  test('are linked at the provider, which leads back to what was done', async () => {
    const begin = { beginExternalLogin: { authorizationUrl: 'https://acme.example/?a&b' } };
    for (const [fields, provider] of [
      [{ id: 'acme' }, 'acme'],
      [{}, ''],
    ] as const) {
      const { answer, asked, links } = await send(
        { action: 'link-identity', ...fields },
        { BeginExternalLogin: begin },
      );
      const returnTo = 'https://api.example/base/account/security?done=identity-linked';
      expect(asked.at(-1)).toStrictEqual(['BeginExternalLogin', { provider, returnTo, link: true }]);
      expect([answer, links]).toEqual([
        expect.objectContaining({ refreshTo: 'https://acme.example/?a&b' }),
        ['https://acme.example/?a&amp;b'],
      ]);
    }
  });

  test('say in their own row why a form was refused', async () => {
    const externalIdentities = [identity('i', 'acme'), identity('acme', 'other')];
    for (const [action, operation] of [
      ['unlink-identity', 'UnlinkExternalIdentity'],
      ['link-identity', 'BeginExternalLogin'],
    ] as const) {
      const seen = await send({ action, id: 'acme' }, { [operation]: refused('CONFLICT') }, { externalIdentities });
      const text = panelOf(seen, words.identities);
      expect([alertsIn(seen.markup), alertsIn(text)]).toEqual([1, 1]);
      expect(text).toMatch(new RegExp(`role="alert"(?:(?!<form).)*value="${action}" /> ?<input[^>]* value="acme"`));
    }
  });
});

test('Trusted devices are listed with their ends, this one by name, and trusted no more by their forms', async () => {
  const trustedDevices = [device('d', '<D>', true), device('e', null)];
  const text = panelOf(await shown({ trustedDevices }), words.devices);
  expect(actionsIn(text)).toEqual(['revoke-device d', 'revoke-device e']);
  expect(text).toContain('<span class="name">&lt;D&gt;</span><span class="badge ">this device</span>');
  expect(text).toContain('<span class="name">Unknown browser</span> </p>');
  expect(text).toContain('until <time datetime="2026-02-03T04:05:00.000Z"');
  expect(text).toContain(`<button class="secondary" >${words.revoke}</button>`);
  expect(text).toContain(words.devicesLead);
  const api = { RevokeTrustedDevice: refused('CONFLICT') };
  const kept = panelOf(await send({ action: 'revoke-device', id: 'e' }, api, { trustedDevices }), words.devices);
  expect(alertsIn(kept)).toBe(1);
  expect(kept).toMatch(/role="alert"(?:(?!<form).)*value="e"/);
});
