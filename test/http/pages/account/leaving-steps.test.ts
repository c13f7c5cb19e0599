import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { takeKeptForm } from '../../../../src/http/pages/account/kept-form.ts';
import { profile } from '../../../../src/http/pages/account/profile.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

const me = {
  id: 'ada&',
  email: 'a@b.c',
  displayName: 'Ada',
  emailVerified: true,
  secondFactors: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  passkeySignals: null,
};
const begun = { beginExternalLogin: { authorizationUrl: 'https://acme.example/?a&b' } };
const providers = [
  { name: 'acme', displayName: 'Acme', canAskForProof: true },
  { name: 'other', displayName: 'Other', canAskForProof: false },
];
const typed = { 'carried.action': 'save', 'carried.displayName': 'Ada "A"' };
const carried = { 'carried.action': 'save', 'carried.displayName': 'Ada &quot;A&quot;' };
const path = '/account?account=ada%26';

const leave = (fields: Readonly<Record<string, string>>, api: Visited['api'] = {}, at = path): Promise<Seen> =>
  visit(createAccountPage(profile), at, fields, {
    api: { Profile: { me }, BeginExternalLogin: begun, ...api },
    settings: { providers },
  });

/** What a browser has kept, for an account. */
function keptIn({ kept }: Seen, account: string): unknown {
  const form = takeKeptForm({ get: (name) => kept[name], clear: () => undefined }, account);
  return form === null ? null : Object.fromEntries(form);
}

describe('Whoever leaves a page of the account to sign in', () => {
  test.each([
    ['email-sign-in', `/base/email-login?next=${encodeURIComponent('/base/account?account=ada%26&done=signed-in')}`],
    ['password-by-mail', '/base/reset-password'],
  ])('by %s is led there, and what was typed is kept for the account of the page', async (step, redirectTo) => {
    const seen = await leave({ ...typed, step, code: '123456' });
    expect([seen.answer, seen.asked]).toEqual([{ redirectTo }, []]);
    expect([keptIn(seen, 'ada&'), keptIn(seen, '')]).toEqual([{ action: 'save', displayName: 'Ada "A"' }, null]);
    const ofNobody = await leave({ ...typed, step }, {}, '/account');
    expect([keptIn(ofNobody, ''), keptIn(ofNobody, 'null')]).toEqual([
      { action: 'save', displayName: 'Ada "A"' },
      null,
    ]);
  });

  test('with a provider comes back from there', async () => {
    const seen = await leave({ ...typed, step: 'provider-sign-in', provider: 'acme' });
    const returnTo = 'https://api.example/base/account?account=ada%26&done=signed-in';
    expect(seen.asked).toEqual([['BeginExternalLogin', { provider: 'acme', returnTo, link: false, fresh: false }]]);
    expect(seen.answer).toMatchObject({ title: 'On to Acme', refreshTo: 'https://acme.example/?a&b' });
    expect(keptIn(seen, 'ada&')).toEqual({ action: 'save', displayName: 'Ada "A"' });
    const unnamed = await leave({ step: 'provider-sign-in' });
    expect(unnamed.asked).toEqual([['BeginExternalLogin', expect.objectContaining({ provider: '' })]]);
  });

  test('with a provider that refuses it stays, is told why, and keeps what was typed in the page alone', async () => {
    const BeginExternalLogin = refused('RATE_LIMITED', { retryAfterSeconds: 9 });
    const seen = await leave({ ...typed, step: 'provider-sign-in', provider: 'acme' }, { BeginExternalLogin });
    expect(seen.answer).toMatchObject({ title: texts.signIn.again, status: 429, retryAfterSeconds: 9 });
    expect(seen.markup).toMatch(/role="alert">(?:(?!<form).)*RATE_LIMITED.*<form/);
    expect(seen.markup.match(/role="alert"|-error"/g)).toHaveLength(1);
    expect(seen.forms[0]).toEqual({ action: `/base${path}`, hidden: { ...carried, step: 'password' } });
    expect(seen.kept).toEqual({});
  });
});

describe('Whoever leaves a page of the account for a proof', () => {
  const Proofs = {
    me: { ...me, hasPassword: false, externalIdentities: [{ provider: 'acme' }, { provider: 'other' }] },
  };

  test('is asked anew by the provider, and comes back to the form', async () => {
    const seen = await leave({ ...typed, step: 'provider', provider: 'acme' });
    const returnTo = 'https://api.example/base/account?account=ada%26&done=confirmed';
    expect(seen.asked).toEqual([['BeginExternalLogin', { provider: 'acme', returnTo, link: false, fresh: true }]]);
    expect(seen.answer).toMatchObject({ refreshTo: 'https://acme.example/?a&b' });
    expect(keptIn(seen, 'ada&')).toEqual({ action: 'save', displayName: 'Ada "A"' });
  });

  test('stays if the provider refuses it, and is told why beside the button of that provider', async () => {
    const api = { BeginExternalLogin: refused('CONFLICT'), Proofs };
    const seen = await leave({ ...typed, step: 'provider', provider: 'other' }, api);
    expect(seen.answer).toMatchObject({ title: texts.confirm.title, status: 409 });
    expect(seen.markup.split('<form ').map((form) => form.includes('role="alert"'))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(seen.kept).toEqual({});
  });
});

test('Whoever typed more than can be kept stays, and is told beside the field to shorten it', async () => {
  const tooLong = randomBytes(4_000).toString('hex');
  for (const step of ['provider', 'provider-sign-in', 'email-sign-in', 'password-by-mail']) {
    const seen = await leave({ 'carried.action': 'save', 'carried.displayName': tooLong, step, provider: 'acme' });
    expect([seen.answer, seen.asked.map(([operation]) => operation), seen.kept]).toEqual([
      expect.objectContaining({ title: 'Profile', status: 422 }),
      ['Profile'],
      {},
    ]);
    expect(seen.markup).toContain(`id="profile-displayName-error">${texts.confirm.tooLong}`);
    expect(seen.markup).toContain(`value="${tooLong}"`);
  }
});

test('A step that has a name of every object leaves no page', async () => {
  for (const step of ['constructor', 'toString', '__proto__']) {
    const seen = await leave({ ...typed, step }, { SignIn: refused('INVALID_CREDENTIALS') });
    expect(seen.asked.map(([operation]) => operation)).toEqual(['SignIn']);
    expect(seen.answer).toMatchObject({ status: 401 });
  }
});
