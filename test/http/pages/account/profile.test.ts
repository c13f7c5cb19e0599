import { expect, test } from '@jest/globals';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { profile } from '../../../../src/http/pages/account/profile.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

const words = texts.account.profile;
const ada = {
  id: 'ada',
  email: 'ada@b.c',
  displayName: '"Ada"',
  emailVerified: true as boolean | null,
  secondFactors: [] as string[] | null,
  createdAt: '2026-01-02T00:00:00.000Z',
  passkeySignals: null as unknown,
};

const shown = (me: Partial<typeof ada> = {}): Promise<Seen> =>
  visit(createAccountPage(profile), '/account', null, { api: { Profile: { me: { ...ada, ...me } } } });

const send = (fields: Readonly<Record<string, string>>, api: Visited['api'] = {}): Promise<Seen> =>
  visit(createAccountPage(profile), '/account', fields, { api: { Profile: { me: ada }, ...api } });

const actionsOf = ({ forms }: Seen): readonly unknown[] => forms.slice(1).map(({ hidden }) => hidden['action']);

test('The profile has the name, the e-mail and the end of the account, as they are', async () => {
  const seen = await shown();
  expect(actionsOf(seen)).toEqual(['save', 'change-email', 'close']);
  expect(seen.markup).toMatch(/id="profile-displayName"[^>]* value="&quot;Ada&quot;"/);
  expect(seen.markup).toContain('Member since <time datetime="2026-01-02T00:00:00.000Z" data-shown="date">2026-01-02<');
  expect(seen.markup).toContain('<p>ada@b.c</p>');
  expect(seen.markup).toMatch(/<button class="danger" >Close the account for good</);
  expect(seen.markup.match(/<details (open )?>/g)).toEqual(['<details >', '<details >']);
  // That of the page, since when there is the account, and what its end means.
  expect(seen.markup.match(/<p class="lead">/g)).toHaveLength(3);
  expect(seen.markup).not.toMatch(/autofocus|>undefined|>true</);
});

test('An e-mail that is not confirmed says so, and its link can be sent again', async () => {
  const confirmed = await shown();
  expect(confirmed.markup).toContain('<span class="badge good">✓ confirmed</span>');
  for (const emailVerified of [false, null]) {
    const seen = await shown({ emailVerified });
    expect(actionsOf(seen)).toEqual(['save', 'verify', 'change-email', 'close']);
    expect(seen.markup).toContain('<span class="badge ">not confirmed yet</span>');
    expect(seen.markup).toContain(`<button class="secondary" >${words.sendVerification}</button>`);
  }
});

test('A change of the e-mail takes the password unless there is a second factor, and none of an account without one', async () => {
  const asked = await shown();
  expect(asked.markup).toMatch(/id="change-newEmail" name="newEmail" type="email"[^>]* required/);
  const [field = ''] = /<input id="change-password"[^>]*>/.exec(asked.markup) ?? [];
  expect(field).toContain('autocomplete="current-password"');
  // The account may have been made by a provider, and have none.
  expect(field).not.toContain('required');
  for (const secondFactors of [['TOTP'], null])
    expect((await shown({ secondFactors })).markup).not.toContain('id="change-password"');
});

test('The script is told of the passkeys of an account that has any', async () => {
  expect((await shown()).markup).not.toContain('data-passkey-signals');
  const { markup } = await shown({ passkeySignals: { name: '<Ada>' } });
  expect(markup).toContain('<div hidden data-passkey-signals="{&quot;name&quot;:&quot;&lt;Ada&gt;&quot;}"></div>');
});

test.each([
  [{ action: 'save', displayName: 'A' }, ['UpdateProfile', { displayName: 'A' }], '?done=profile-saved'],
  [{ action: 'save' }, ['UpdateProfile', { displayName: '' }], '?done=profile-saved'],
  [{ action: 'verify' }, ['RequestEmailVerification', undefined], '?done=verification-sent'],
  [
    { action: 'change-email', newEmail: 'n@b.c', password: 'p' },
    ['RequestEmailChange', { newEmail: 'n@b.c', password: 'p' }],
    '?done=email-change-sent',
  ],
  [{ action: 'change-email' }, ['RequestEmailChange', { newEmail: '' }], '?done=email-change-sent'],
])('The form %j asks the API for what it says alone', async (fields, asked, leadsTo) => {
  const api = { UpdateProfile: {}, RequestEmailVerification: {}, RequestEmailChange: {} };
  const seen = await send(fields, api);
  expect(seen.asked).toStrictEqual([asked]);
  expect(seen.answer).toEqual({ redirectTo: `/base/account${leadsTo}` });
});

test('The end of the account leads to the page to sign in, which says so', async () => {
  const seen = await send({ action: 'close' }, { CloseAccount: {} });
  expect(seen.asked).toEqual([['CloseAccount', undefined]]);
  expect(seen.answer).toEqual({ redirectTo: '/base/sign-in?done=account-closed' });
});

test('A change of the e-mail or an end that is refused is open with its reason, and the other is not', async () => {
  const fields = { action: 'change-email', newEmail: 'n"@b.c', password: 'a secret' };
  const wrong = await send(fields, { RequestEmailChange: refused('INVALID_CREDENTIALS') });
  expect(wrong.answer).toMatchObject({ status: 401 });
  expect(wrong.markup.match(/<details (open )?>/g)).toEqual(['<details open >', '<details >']);
  expect(wrong.markup).toContain('id="change-password-error">Refused');
  expect(wrong.markup).toMatch(/id="change-newEmail"[^>]* value="n&quot;@b.c"/);
  expect(wrong.markup).not.toContain('a secret');
  const kept = await send({ action: 'close' }, { CloseAccount: refused('FORBIDDEN') });
  expect(kept.markup.match(/<details (open )?>/g)).toEqual(['<details >', '<details open >']);
  expect(kept.markup).toMatch(/<form [^>]*> <div class="alert" role="alert">(?:(?!<form).)*value="close"/);
});
