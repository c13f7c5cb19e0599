import { describe, expect, test } from '@jest/globals';
import { acceptInvitationPage } from '../../../src/http/pages/accept-invitation-page.ts';
import { createConfirmEmailPage } from '../../../src/http/pages/confirm-email-page.ts';
import { emailLoginPage } from '../../../src/http/pages/email-login-page.ts';
import type { Page } from '../../../src/http/pages/page.ts';
import { resetPasswordPage } from '../../../src/http/pages/reset-password-page.ts';
import { revertEmailChangePage } from '../../../src/http/pages/revert-email-change-page.ts';
import { keepForm } from '../../../src/http/pages/account/kept-form.ts';
import { signUpPage } from '../../../src/http/pages/sign-up-page.ts';
import { texts } from '../../../src/http/pages/texts.ts';
import { refused, visit } from './visit.ts';

const ada = { Viewer: { me: { id: 'ada', email: 'ada"@example.com', displayName: 'Ada' } } };
const anonymous = { Viewer: { me: null } };
const spent = refused('BAD_USER_INPUT', { field: 'input.token', problem: 'invalid_token' });
const token = 't&1';

const verify = createConfirmEmailPage('/verify-email', texts.verify);
const change = createConfirmEmailPage('/confirm-email-change', texts.changeEmail);

/** Each page of a mailed link, the operation that uses its token up, and what an incomplete link offers. */
const pages: ReadonlyArray<
  readonly [path: string, page: Page, operation: string, next: readonly string[], said: string]
> = [
  ['/verify-email', verify, 'VerifyEmail', ['/base/account'], texts.link.newVerification],
  ['/confirm-email-change', change, 'VerifyEmail', ['/base/account'], texts.link.newVerification],
  ['/revert-email-change', revertEmailChangePage, 'RevertEmailChange', [], texts.link.noRevert],
  ['/reset-password', resetPasswordPage, 'ResetPassword', ['/base/reset-password'], texts.link.newReset],
  ['/accept-invitation', acceptInvitationPage, 'AcceptInvitation', [], texts.link.newInvitation],
  ['/email-login', emailLoginPage, 'FinishEmailLogin', ['/base/email-login'], texts.link.newEmailLogin],
];

describe.each(pages)('The mailed link to %s', (path, page, operation, next, said) => {
  test('uses nothing up when it is opened: its button does', async () => {
    for (const api of [anonymous, ada, { Viewer: refused('UNAUTHENTICATED') }]) {
      const { answer, asked, forms, markup } = await visit(page, `${path}?token=t%261`, null, { api });
      expect(answer).not.toHaveProperty('status');
      expect(asked.filter(([name]) => name !== 'Viewer')).toEqual([]);
      expect(forms).toEqual([{ action: `/base${path}`, hidden: expect.objectContaining({ token: 't&amp;1' }) }]);
      expect(markup).not.toMatch(/-error"|role="alert"|undefined/);
    }
  });

  const used = path === '/email-login' ? refused('INVALID_GRANT') : spent;

  test('sends its token by its form alone, which another one in the URL does not replace', async () => {
    const { asked } = await visit(page, `${path}?token=other`, { token, step: 'link' }, { api: { [operation]: used } });
    expect(asked.map(([name]) => name)).toEqual([operation]);
    expect(JSON.stringify(asked)).toContain(token);
    expect(JSON.stringify(asked)).not.toContain('other');
  });

  test('that is incomplete says so, and what to do', async () => {
    const { answer, asked, forms, links, markup } = await visit(page, `${path}?token=`);
    expect([answer, asked, forms, links]).toEqual([expect.objectContaining({ status: 410 }), [], [], next]);
    expect(markup).toContain(texts.link.missing);
    expect(markup).toContain(said);
    if (path === '/reset-password' || path === '/email-login') return;
    for (const fields of [null, {}]) {
      const without = await visit(page, path, fields);
      expect([without.answer, without.asked]).toEqual([expect.objectContaining({ status: 410 }), []]);
    }
  });

  test('that was used says so, and what to do', async () => {
    const { answer, forms, links, markup } = await visit(
      page,
      path,
      { token, step: 'link' },
      { api: { [operation]: used } },
    );
    expect([answer, forms, links]).toEqual([expect.objectContaining({ status: 410 }), [], next]);
    expect(markup).toContain(texts.link.spent);
    expect(markup).toContain(said);
  });

  test('is not called used if something else is wrong', async () => {
    for (const other of [
      refused('BAD_USER_INPUT', { field: 'token', problem: 'too_long' }),
      refused('BAD_USER_INPUT', { field: 'name', problem: 'invalid_token' }),
      refused('RATE_LIMITED', { retryAfterSeconds: 9 }),
    ]) {
      const answered = visit(page, path, { token, step: 'link' }, { api: { [operation]: other } });
      if (path === '/revert-email-change' || path === '/email-login') await expect(answered).rejects.toBe(other);
      else expect((await answered).answer).toMatchObject({ status: other.status });
    }
  });
});

describe.each([
  ['/verify-email', verify, texts.verify],
  ['/confirm-email-change', change, texts.changeEmail],
] as const)('The page %s', (path, page, words) => {
  const done = { VerifyEmail: { verifyEmail: true } };

  test('asks for the password of the account, which proves whose e-mail it is', async () => {
    const shown = await visit(page, `${path}?token=t`, null, { api: anonymous });
    expect(shown.answer).toMatchObject({ title: words.title });
    expect(shown.markup).toContain(words.lead);
    expect(shown.markup).toMatch(/id="confirm-password" name="password" type="password"[^>]* required autofocus/);
    const { answer, asked, links } = await visit(page, path, { token, password: 'p' }, { api: done });
    expect(asked).toEqual([['VerifyEmail', { token, password: 'p' }]]);
    expect([answer, links]).toEqual([expect.objectContaining({ title: words.doneTitle }), ['/base/account']]);
    expect(answer).not.toHaveProperty('status');
  });

  test('asks a user who is signed in for no password, unless the link is another account’s', async () => {
    const shown = await visit(page, `${path}?token=t%261`, null, { api: ada });
    expect(shown.markup).toContain('You are signed in as ada&quot;@example.com.');
    expect(shown.markup).not.toContain('type="password"');
    expect(shown.links).toEqual([`/base${path}?by-password&amp;token=t%261`]);
    expect((await visit(page, path, { token }, { api: done })).asked).toStrictEqual([['VerifyEmail', { token }]]);
    const other = await visit(page, `${path}?by-password&token=t%261`, null, { api: ada });
    expect([other.asked, other.forms]).toEqual([[], [{ action: `/base${path}`, hidden: { token: 't&amp;1' } }]]);
    expect(other.markup).toContain('type="password"');
  });

  test('says beside the password that it is wrong, and does not keep it', async () => {
    const api = { VerifyEmail: refused('INVALID_CREDENTIALS') };
    const { answer, forms, markup } = await visit(page, path, { token, password: 'a secret' }, { api });
    expect(answer).toMatchObject({ status: 401 });
    expect(forms[0]?.hidden).toEqual({ token: 't&amp;1' });
    expect(markup).toContain('id="confirm-password-error"');
    expect(markup).not.toContain('a secret');
  });
});

test('A change of the e-mail that is taken back leads to a new password', async () => {
  const api = { RevertEmailChange: { revertEmailChange: true } };
  const { answer, asked, links } = await visit(revertEmailChangePage, '/revert-email-change', { token }, { api });
  expect(asked).toEqual([['RevertEmailChange', { token }]]);
  expect([answer, links]).toEqual([
    { title: texts.revertEmail.doneTitle, main: expect.anything() },
    ['/base/reset-password'],
  ]);
});

describe('An invitation', () => {
  test('makes an account by a name and a password, and signs it in', async () => {
    const api = { AcceptInvitation: { acceptInvitation: { __typename: 'AuthTokens' } } };
    const fields = { token, displayName: 'Ada', password: 'p' };
    const { answer, asked } = await visit(acceptInvitationPage, '/accept-invitation', fields, { api });
    expect(asked).toEqual([['AcceptInvitation', { input: { ...fields, delivery: 'COOKIE' } }]]);
    expect(answer).toEqual({ redirectTo: '/base/account' });
    const empty = await visit(acceptInvitationPage, '/accept-invitation', { token }, { api });
    expect(empty.asked[0]?.[1]).toMatchObject({ input: { displayName: '', password: '' } });
  });

  test('that is refused keeps the name and not the password', async () => {
    const api = { AcceptInvitation: refused('BAD_USER_INPUT', { field: 'input.password' }) };
    const fields = { token, displayName: 'Ada "A"', password: 'a secret' };
    const { answer, forms, markup } = await visit(acceptInvitationPage, '/accept-invitation', fields, { api });
    expect(answer).toMatchObject({ status: 422, title: 'Welcome to Demo & Sons' });
    expect(forms).toEqual([{ action: '/base/accept-invitation', hidden: { token: 't&amp;1' } }]);
    expect(markup).toContain('value="Ada &quot;A&quot;"');
    expect(markup).toContain('id="invitation-password-error"');
    expect(markup).not.toContain('a secret');
  });

  test('has the cursor in its first field, and says how long a password is at least', async () => {
    const { markup } = await visit(acceptInvitationPage, '/accept-invitation?token=t');
    expect(markup).toMatch(/id="invitation-displayName"[^>]* autofocus/);
    expect(markup).toMatch(/id="invitation-password"[^>]* autocomplete="new-password"[^>]* minlength="8"/);
  });
});

describe('A new password', () => {
  const reset = (path: string, fields: Record<string, string> | null = null, api = {}, cookies = {}) =>
    visit(resetPasswordPage, path, fields, { api, cookies });

  test('is asked for by an e-mail', async () => {
    const { asked, answer, forms, links, markup } = await reset('/reset-password');
    expect([asked, answer]).toEqual([[], { title: texts.requestReset.title, main: expect.anything() }]);
    expect([forms, links]).toEqual([[{ action: '/base/reset-password', hidden: {} }], ['/base/sign-in']]);
    expect(markup).toMatch(/id="request-email"[^>]* autofocus/);
  });

  test('comes by a mail of which the page says nothing but that it is sent if there is an account', async () => {
    const sent = await reset('/reset-password', { email: 'a"@b.c' }, { RequestPasswordReset: {} });
    expect(sent.asked).toEqual([['RequestPasswordReset', { email: 'a"@b.c' }]]);
    expect(sent.answer).toEqual({ title: texts.requestReset.sentTitle, main: expect.anything() });
    expect([sent.links, sent.markup]).toEqual([['/base/sign-in'], expect.stringContaining('If a&quot;@b.c belongs')]);
    const api = { RequestPasswordReset: refused('BAD_USER_INPUT', { field: 'email' }) };
    const { answer, asked, markup } = await reset('/reset-password', {}, api);
    expect([answer, asked]).toEqual([
      expect.objectContaining({ status: 422 }),
      [['RequestPasswordReset', { email: '' }]],
    ]);
    expect(markup).toContain('id="request-email-error"');
  });

  test('is set by the form of the link, with API keys ended if the box is ticked', async () => {
    const shown = await reset('/reset-password?token=t');
    expect(shown.markup).toMatch(/id="reset-newPassword"[^>]* minlength="8" autofocus/);
    expect(shown.markup).toContain('type="checkbox" id="reset-revokeApiKeys"');
    for (const box of [{}, { revokeApiKeys: 'on' }]) {
      const done = await reset('/reset-password', { token, newPassword: 'n', ...box }, { ResetPassword: {} });
      const isTicked = 'revokeApiKeys' in box;
      expect(done.asked).toEqual([['ResetPassword', { token, newPassword: 'n', revokeApiKeys: isTicked }]]);
      expect(done.answer).toEqual({ title: texts.reset.doneTitle, main: expect.anything() });
      expect(done.links).toEqual(['/base/sign-in']);
    }
  });

  test('that is refused is not kept', async () => {
    const api = { ResetPassword: refused('BAD_USER_INPUT', { field: 'input.newPassword' }) };
    const { answer, forms, markup } = await reset('/reset-password', { token, newPassword: 'a secret' }, api);
    expect([answer, forms]).toEqual([
      expect.objectContaining({ status: 422 }),
      [{ action: '/base/reset-password', hidden: { token: 't&amp;1' } }],
    ]);
    expect(markup).toContain('id="reset-newPassword-error"');
    expect(markup).not.toContain('a secret');
    const empty = await reset('/reset-password', { token }, api);
    expect(empty.asked[0]?.[1]).toMatchObject({ newPassword: '' });
  });

  test('leads back to a form that was left for it', async () => {
    let kept = '';
    const of = { account: 'ada', back: '/base/account?done=signed-in&x' };
    keepForm({ set: (_, value) => void (kept = value) }, new Map(), of);
    const { links } = await reset(
      '/reset-password',
      { token, newPassword: 'n' },
      { ResetPassword: {} },
      { 'kept-form': kept },
    );
    expect(links).toEqual([`/base/sign-in?next=${encodeURIComponent(of.back)}`]);
  });
});

describe('The page of a new account', () => {
  const fields = { email: 'a"@b.c', password: 'a secret', displayName: 'Ada' };
  const signUp = (sent: Record<string, string> | null, register: unknown, settings = {}) =>
    visit(signUpPage, '/sign-up', sent, { settings, api: { Register: register } });

  test('asks for a name, an e-mail and a password', async () => {
    const { answer, asked, forms, links, markup } = await signUp(null, null);
    expect([asked, answer]).toEqual([[], { title: 'Create your Demo & Sons account', main: expect.anything() }]);
    expect([forms, links]).toEqual([[{ action: '/base/sign-up', hidden: {} }], ['/base/sign-in']]);
    expect(markup).toMatch(/id="sign-up-displayName"[^>]* autofocus/);
    expect(markup).toMatch(/id="sign-up-password"[^>]* autocomplete="new-password"/);
  });

  test('makes the account, or says that a mail was sent', async () => {
    const made = await signUp(fields, { register: { __typename: 'AuthTokens' } });
    expect([made.answer, made.asked]).toEqual([
      { redirectTo: '/base/account' },
      [['Register', { input: { ...fields, delivery: 'COOKIE' } }]],
    ]);
    const sent = await signUp(fields, { register: { __typename: 'ConfirmationSent' } });
    expect(sent.answer).toEqual({ title: texts.signUp.sentTitle, main: expect.anything() });
    expect([sent.forms, sent.links]).toEqual([[], ['/base/sign-up', '/base/sign-in']]);
    expect(sent.markup).toContain('We sent a link to a&quot;@b.c.');
    expect(sent.markup).not.toContain('a secret');
  });

  test('says beside its field what was refused, and keeps no password', async () => {
    const { answer, markup } = await signUp(fields, refused('CONFLICT'));
    expect(answer).toMatchObject({ status: 409 });
    expect(markup).toContain('id="sign-up-email-error"');
    expect(markup).toContain('value="a&quot;@b.c"');
    expect(markup).not.toContain('a secret');
    const empty = await signUp({}, refused('BAD_USER_INPUT'));
    expect(empty.asked).toEqual([
      ['Register', { input: { email: '', password: '', displayName: '', delivery: 'COOKIE' } }],
    ]);
  });

  test('is closed if nobody may register, also to a form', async () => {
    for (const sent of [null, fields]) {
      const { answer, asked, forms, links } = await signUp(sent, {}, { canRegister: false });
      expect([answer, asked, forms, links]).toEqual([
        { title: texts.signUp.closedTitle, status: 403, main: expect.anything() },
        [],
        [],
        ['/base/sign-in'],
      ]);
    }
  });
});
