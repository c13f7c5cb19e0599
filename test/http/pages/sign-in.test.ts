import { describe, expect, test } from '@jest/globals';
import { emailLoginPage } from '../../../src/http/pages/email-login-page.ts';
import { signInPage } from '../../../src/http/pages/sign-in-page.ts';
import { signOutPage } from '../../../src/http/pages/sign-out-page.ts';
import { setChallengeCookie } from '../../../src/request/challenge-cookie.ts';
import { refused, visit, type Seen, type Visited } from './visit.ts';

const anonymous = { Viewer: { me: null } };
const ada = { Viewer: { me: { id: 'ada', email: 'ada@example.com', displayName: 'Ada' } } };
const typed = { email: 'ada@example.com', password: 'p', next: 'https://app.example/x' };
const account = '/base/account';

const signIn = (path: string, fields: Record<string, string> | null = null, visited: Visited = {}): Promise<Seen> =>
  visit(signInPage, path, fields, { ...visited, api: { ...anonymous, ...visited.api } });

const challengeOf = (methods: readonly string[], passkeyOptions: unknown = null) => ({
  __typename: 'MfaChallenge',
  challenge: 'c"1',
  methods,
  passkeyOptions,
});

describe('The page of a sign-in', () => {
  test('has a form for a password, one for a passkey, and ways to an account', async () => {
    const { answer, asked, forms, links, markup } = await signIn('/sign-in?next=/base/account/sessions');
    expect(answer).toMatchObject({ title: 'Sign in to Demo & Sons' });
    expect(answer).not.toHaveProperty('status');
    expect(asked).toEqual([['Viewer', undefined]]);
    const next = '/base/account/sessions';
    expect(forms).toEqual([
      { action: '/base/sign-in', hidden: { next, step: 'password' } },
      { action: '/base/sign-in', hidden: { next, step: 'passkey', passkey: '' } },
    ]);
    expect(links).toEqual([
      '/base/reset-password',
      `/base/email-login?next=${encodeURIComponent(next)}`,
      '/base/sign-up',
    ]);
    expect(markup).toMatch(/id="sign-in-email"[^>]* autofocus/);
    expect(markup).toContain('data-passkey="from-api" data-options="/base/graphql"');
    expect(markup).toContain('<div class="passkey" hidden data-needs-passkeys>');
    expect(markup).toMatch(/<button class="secondary" >Sign in with a passkey</);
    expect(markup).not.toMatch(/role="(alert|status)"|class="lead"/);
  });

  test('offers no way that is closed', async () => {
    const { links } = await signIn('/sign-in', null, { settings: { canRegister: false, canSignInByEmail: false } });
    expect(links).toEqual(['/base/reset-password']);
  });

  test('leads nowhere else than to this site and those that are allowed, whatever its URL or its form says', async () => {
    const evil = [
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      'blob:https://api.example/x',
    ];
    for (const next of evil) {
      const shown = await signIn(`/sign-in?next=${encodeURIComponent(next)}`);
      expect([next, ...shown.forms.map(({ hidden }) => hidden['next'])]).toEqual([next, account, account]);
      expect(shown.markup).not.toContain('evil.example');
      const login = { api: { SignIn: { login: { __typename: 'AuthTokens' } }, FinishPasskeyLogin: {}, ...ada } };
      const answers = [
        await signIn('/sign-in', { ...typed, next }, login),
        await signIn(`/sign-in?next=${encodeURIComponent(next)}`, { email: 'a', password: 'b' }, login),
        await signIn('/sign-in', { step: 'passkey', passkey: '{}', next }, login),
        await signIn(`/sign-in?next=${encodeURIComponent(next)}`, null, login),
      ];
      for (const { answer } of answers) expect(answer).toEqual({ redirectTo: account });
    }
  });

  test('says that somebody signed out or closed the account, and nothing that a URL makes up', async () => {
    const saidBy = async (done: string) =>
      /role="status">.*?<\/p>/.exec((await signIn(`/sign-in?done=${done}`)).markup)?.[0].replace(/<[^>]*>/g, '');
    expect(await Promise.all(['signed-out', 'account-closed', 'profile-saved', 'constructor'].map(saidBy))).toEqual([
      expect.stringContaining('You are signed out.'),
      expect.stringContaining('Your account was closed.'),
      undefined,
      undefined,
    ]);
  });

  test('leads a user who is signed in on, unless it is to be proved once more who that is', async () => {
    const on = await signIn('/sign-in?next=/x', null, { api: ada });
    expect(on.answer).toEqual({ redirectTo: '/x' });
    for (const [path, fields] of [
      ['/sign-in?next=/x&again=on', null],
      ['/sign-in', { ...typed, next: '/x', again: 'on' }],
    ] as const) {
      const api = { ...ada, SignIn: refused('INVALID_CREDENTIALS') };
      const { forms, markup, links } = await signIn(path, fields, { api });
      expect(forms.map(({ hidden }) => hidden)).toMatchObject([
        { next: '/x', again: 'on' },
        { next: '/x', again: 'on' },
      ]);
      expect(markup).toContain('<p class="lead">Sign in once more');
      expect(links).not.toContain('/base/sign-up');
    }
    // What a form leaves out is not taken of its URL.
    expect((await signIn('/sign-in?again=on', typed, { api: { SignIn: refused('X') } })).markup).not.toContain(
      'once more',
    );
  });

  test('of a user whom the API does not know any more is that of anybody, and no other refusal counts as one', async () => {
    expect((await signIn('/sign-in', null, { api: { Viewer: refused('UNAUTHENTICATED') } })).forms).toHaveLength(2);
    const broken = signIn('/sign-in', null, { api: { Viewer: refused('SERVICE_UNAVAILABLE') } });
    await expect(broken).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('A sign-in by password', () => {
  test('sends what was typed, and goes on', async () => {
    const api = { SignIn: { login: { __typename: 'AuthTokens' } } };
    const { answer, asked, cleared } = await signIn('/sign-in', { ...typed, step: 'password' }, { api });
    expect(answer).toEqual({ redirectTo: 'https://app.example/x' });
    expect(asked).toEqual([['SignIn', { input: { email: typed.email, password: 'p', delivery: 'COOKIE' } }]]);
    expect(cleared).toEqual([]);
    const empty = await signIn('/sign-in', {}, { api, cookies: { challenge: 'x' } });
    expect(empty.asked).toEqual([['SignIn', { input: { email: '', password: '', delivery: 'COOKIE' } }]]);
    expect(empty.cleared).toEqual(['challenge']);
  });

  test('that is refused keeps the e-mail and not the password, and says why beside it', async () => {
    const api = { SignIn: refused('INVALID_CREDENTIALS') };
    const { answer, markup, forms } = await signIn('/sign-in', { ...typed, password: 'a secret' }, { api });
    expect(answer).toMatchObject({ status: 401 });
    expect(markup).toMatch(/id="sign-in-password-error">Refused: &lt;INVALID_CREDENTIALS&gt;\./);
    expect(markup).toMatch(/id="sign-in-email"[^>]* value="ada@example.com"/);
    expect(markup).not.toMatch(/a secret|role="alert"/);
    expect(forms.map(({ hidden }) => hidden['next'])).toEqual(['https://app.example/x', 'https://app.example/x']);
    const limited = await signIn('/sign-in', typed, {
      api: { SignIn: refused('RATE_LIMITED', { retryAfterSeconds: 9 }) },
    });
    expect(limited.answer).toMatchObject({ status: 429, retryAfterSeconds: 9 });
  });
});

describe('A sign-in by passkey', () => {
  test('sends what the passkey answered', async () => {
    const passkey = { step: 'passkey', passkey: '{"id":"k"}', next: '/x' };
    const { answer, asked } = await signIn('/sign-in', passkey, { api: { FinishPasskeyLogin: {} } });
    expect([answer, asked]).toEqual([{ redirectTo: '/x' }, [['FinishPasskeyLogin', { response: { id: 'k' } }]]]);
    const wrong = await signIn('/sign-in', passkey, { api: { FinishPasskeyLogin: refused('INVALID_CREDENTIALS') } });
    expect(wrong.answer).toMatchObject({ status: 401 });
    expect(wrong.forms[0]?.hidden).toEqual({ next: '/x', step: 'password' });
    expect(wrong.markup).not.toContain('-error"');
    expect(wrong.markup).toMatch(
      /role="alert">(?:(?!<form|<div class="passkey").)*INVALID_CREDENTIALS&gt;.*data-passkey=/,
    );
  });
});

describe('A second factor', () => {
  const challenged = (challenge: object, visited: Visited = {}) =>
    signIn('/sign-in', typed, { ...visited, api: { SignIn: { login: challenge } } });
  const carried = { next: 'https://app.example/x', step: 'factor', challenge: 'c&quot;1' };

  test('is asked for by what an account can give', async () => {
    const codes = await challenged(challengeOf(['TOTP', 'RECOVERY_CODE']));
    expect(codes.answer).toMatchObject({ title: 'Second factor' });
    expect(codes.answer).not.toHaveProperty('status');
    expect(codes.forms).toEqual([{ action: '/base/sign-in', hidden: { ...carried, methods: 'TOTP RECOVERY_CODE' } }]);
    expect(codes.markup).toMatch(
      /id="factor-code" name="code" type="text" autocomplete="one-time-code"[^>]* autofocus/,
    );
    expect(codes.markup).toMatch(/id="factor-recoveryCode" name="recoveryCode" type="text" autocomplete="off"/);
    expect(codes.markup).not.toMatch(/ required|<noscript>|data-passkey=/);
    expect(codes.markup).toContain('id="factor-trustDevice" name="trustDevice"');

    const app = await challenged(challengeOf(['TOTP']), { settings: { canTrustDevices: false } });
    expect(app.markup).toMatch(/id="factor-code"[^>]* required/);
    expect(app.markup).not.toMatch(/recoveryCode|trustDevice/);
    const recovery = await challenged(challengeOf(['RECOVERY_CODE']));
    expect(recovery.markup).toMatch(/id="factor-recoveryCode"[^>]* required/);
    expect(recovery.markup).not.toContain('name="code"');
  });

  test('of a passkey alone has its button first, and says that it needs a script', async () => {
    const options = { challenge: '<x>' };
    const hidden = { methods: 'PASSKEY', passkeyOptions: '{&quot;challenge&quot;:&quot;&lt;x&gt;&quot;}' };
    const alone = await challenged(challengeOf(['PASSKEY'], options));
    expect(alone.forms).toEqual([{ action: '/base/sign-in', hidden: { ...carried, ...hidden, passkey: '' } }]);
    expect(alone.markup).toContain(`data-passkey="get" data-options="${hidden.passkeyOptions}"`);
    expect(alone.markup).toMatch(/<noscript>.*<button|<button class="primary" >Use a passkey.*<noscript>/);
    const both = await challenged(challengeOf(['PASSKEY', 'TOTP'], options));
    expect(both.markup).toMatch(/<button class="secondary" >Use a passkey.*<button class="primary" >Go on/);
    expect(both.markup).not.toContain('<noscript>');
    expect(both.forms.map(({ hidden: { step, passkeyOptions } }) => [step, passkeyOptions])).toEqual([
      ['factor', hidden.passkeyOptions],
      ['factor', hidden.passkeyOptions],
    ]);
  });

  const step = { next: '/x', step: 'factor', challenge: 'c1', methods: 'TOTP RECOVERY_CODE' };
  const answerBy = (fields: Record<string, string>, api: unknown = { expiresIn: 1 }) =>
    signIn('/sign-in', { ...step, ...fields }, { api: { CompleteMfa: api } });

  test('is sent as a code, a recovery code or a passkey, the passkey before the code and the code before the recovery code', async () => {
    const inputOf = async (fields: Record<string, string>) => (await answerBy(fields)).asked;
    const completed = (proof: object) => [
      ['CompleteMfa', { input: { challenge: 'c1', trustDevice: false, ...proof } }],
    ];
    expect(await inputOf({ code: '123456' })).toEqual(completed({ code: '123456' }));
    expect(await inputOf({ recoveryCode: 'r' })).toEqual(completed({ recoveryCode: 'r' }));
    expect(await inputOf({ code: '1', recoveryCode: 'r' })).toEqual(completed({ code: '1' }));
    expect(await inputOf({ code: '1', passkey: '{"id":1}' })).toEqual(completed({ passkey: { id: 1 } }));
    expect(await inputOf({ code: '1', trustDevice: 'on' })).toEqual(completed({ code: '1', trustDevice: true }));
    expect((await answerBy({ code: '1' })).answer).toEqual({ redirectTo: '/x' });
  });

  test('that is missing is asked for again, and the API is asked nothing', async () => {
    const { answer, asked, markup, forms } = await answerBy({});
    expect([asked, answer]).toEqual([[], expect.objectContaining({ status: 422 })]);
    expect(markup).toContain('id="factor-code-error">Enter the code, or a recovery code.');
    expect(forms[0]?.hidden).toEqual(step);
  });

  test('that is wrong says so beside the field of what was given', async () => {
    const wrong = refused('INVALID_CREDENTIALS');
    const byCode = await answerBy({ code: '123456' }, wrong);
    expect(byCode.answer).toMatchObject({ status: 401 });
    expect(byCode.markup).toContain('id="factor-code-error"');
    expect(byCode.markup).not.toContain('123456');
    expect(byCode.forms[0]?.hidden).toEqual(step);
    expect((await answerBy({ recoveryCode: 'r' }, wrong)).markup).toContain('id="factor-recoveryCode-error"');
  });

  test('by a passkey that is refused says so above its button, also if an account has nothing else', async () => {
    const passkeyOptions = JSON.stringify({ challenge: 'x' });
    for (const methods of ['PASSKEY', 'PASSKEY TOTP']) {
      const fields = { methods, passkeyOptions, passkey: '{"id":1}' };
      const { answer, forms, markup } = await answerBy(fields, refused('RATE_LIMITED', { retryAfterSeconds: 9 }));
      expect(answer).toMatchObject({ status: 429, retryAfterSeconds: 9 });
      expect(markup).toMatch(
        /role="alert">(?:(?!<form|<div class="passkey").)*RATE_LIMITED&gt;\. Try again in 9 seconds.*data-passkey=/,
      );
      expect(markup.match(/role="alert"|-error"/g)).toHaveLength(1);
      expect(forms[0]?.hidden).toMatchObject({ step: 'factor', challenge: 'c1', methods, passkey: '' });
    }
  });

  test('that comes too late leads to a new sign-in, which keeps nothing of it', async () => {
    const { answer, forms, markup } = await answerBy({ code: '123456', email: 'e@x.y' }, refused('INVALID_GRANT'));
    expect(answer).toMatchObject({ title: 'Sign in to Demo & Sons', status: 401 });
    expect(forms[0]?.hidden).toEqual({ next: '/x', step: 'password' });
    expect(markup).toContain('This sign-in took too long.');
    expect(markup).not.toMatch(/123456|e@x\.y/);
  });

  test('is asked for by a form that somebody made up, and nothing of that is more than a text', async () => {
    const evil = '"><script>alert(1)</script>';
    const fields = { step: 'factor', challenge: evil, methods: `TOTP ${evil}`, passkeyOptions: '{', code: '1' };
    const { markup } = await signIn('/sign-in', fields, { api: { CompleteMfa: refused('X') } });
    expect(markup).not.toContain('<script>');
    expect(markup).not.toContain('data-passkey=');
    const bare = await signIn('/sign-in', { step: 'factor', code: '1' }, { api: { CompleteMfa: refused('X') } });
    expect(bare.asked).toEqual([['CompleteMfa', { input: { challenge: '', trustDevice: false, code: '1' } }]]);
    expect(bare.markup).toContain('<noscript>');
  });

  test('of a sign-in with a provider is asked for by the challenge that a cookie holds, also of a user who is signed in', async () => {
    let challenge = '';
    const jar = { set: (_: string, value: string) => void (challenge = value) };
    const handed = { challenge: 'c2', methods: ['TOTP'], passkeyOptions: null };
    setChallengeCookie(
      { ...jar, get: () => undefined, clear: () => undefined, originAllowed: true, noteForeignOrigin: () => undefined },
      handed,
      60,
    );
    const cookies = { challenge };
    const shown = await signIn('/sign-in?step=factor&next=/x', null, { api: ada, cookies });
    expect(shown.forms).toEqual([
      { action: '/base/sign-in', hidden: { next: '/x', step: 'factor', challenge: 'c2', methods: 'TOTP' } },
    ]);
    expect((await signIn('/sign-in?next=/x', null, { cookies })).forms[0]?.hidden['step']).toBe('password');
    const over = await signIn('/sign-in?step=factor&next=/x');
    expect(over.answer).toMatchObject({ status: 401 });
    expect(over.markup).toContain('This sign-in took too long.');
    expect((await signIn('/sign-in?step=factor&next=/x', null, { api: ada })).answer).toEqual({ redirectTo: '/x' });
  });
});

describe('A sign-in with a provider', () => {
  const providers = [
    { name: 'acme', displayName: 'Acme <Ltd>', canAskForProof: true },
    { name: 'other', displayName: 'Other', canAskForProof: false },
  ];
  const settings = { providers };

  test('has a button for each, which says by which step it is recognised', async () => {
    const { forms, markup } = await signIn('/sign-in?next=/x', null, { settings });
    expect(forms.slice(2)).toEqual(
      providers.map(({ name }) => ({
        action: '/base/sign-in',
        hidden: { next: '/x', step: 'provider', provider: name },
      })),
    );
    expect(markup).toContain('<button class="secondary" >Go on with Acme &lt;Ltd&gt;</button>');
    const one = await signIn('/sign-in', null, { settings: { providers: providers.slice(0, 1) } });
    expect(one.markup.match(/Go on with/g)).toHaveLength(1);
    expect((await signIn('/sign-in')).markup).not.toContain('class="providers"');
  });

  const begun = { BeginExternalLogin: { beginExternalLogin: { authorizationUrl: 'https://idp.example/a?b="c&d' } } };
  const sent = { step: 'provider', provider: 'acme', next: '/x?y=z&w' };

  test('leaves by a page that leads on, and comes back to where it was to go', async () => {
    const { answer, asked, links, markup } = await signIn('/sign-in', sent, { settings, api: begun });
    const returnTo = 'https://api.example/base/sign-in?next=%2Fx%3Fy%3Dz%26w';
    expect(asked).toEqual([['BeginExternalLogin', { provider: 'acme', returnTo, link: false, fresh: false }]]);
    expect(answer).toMatchObject({ title: 'On to Acme <Ltd>', refreshTo: 'https://idp.example/a?b="c&d' });
    expect(links).toEqual(['https://idp.example/a?b=&quot;c&amp;d']);
    expect(markup).not.toContain('<form');
  });

  test('asks the provider anew who it is if that is to be proved once more', async () => {
    const { asked } = await signIn('/sign-in', { ...sent, again: 'on' }, { settings, api: begun });
    expect(asked[0]?.[1]).toMatchObject({ fresh: true });
  });

  test('that the API refuses says why above the form', async () => {
    const fields = { step: 'provider', provider: 'none"' };
    const limited = { BeginExternalLogin: refused('RATE_LIMITED', { retryAfterSeconds: 9 }) };
    expect((await signIn('/sign-in', sent, { api: limited })).markup).toContain('Try again in 9 seconds.');
    const { answer, asked, markup } = await signIn('/sign-in', fields, {
      api: { BeginExternalLogin: refused('NOT_FOUND') },
    });
    expect(asked[0]?.[1]).toMatchObject({ provider: 'none"' });
    expect(answer).toMatchObject({ status: 404, title: 'Sign in to Demo & Sons' });
    expect(markup).toMatch(/role="alert">.*Refused: &lt;NOT_FOUND&gt;/);
    const nothing = await signIn('/sign-in', { step: 'provider' }, { api: { BeginExternalLogin: refused('X') } });
    expect(nothing.asked[0]?.[1]).toMatchObject({ provider: '' });
    const made = await signIn('/sign-in', { ...sent, provider: 'made-up' }, { settings, api: begun });
    expect(made.answer).toMatchObject({ title: 'On to made-up' });
  });

  test('that leads back without one says why, by a text of ours alone', async () => {
    const saidBy = async (error: string, api = {}) => (await signIn(`/sign-in?error=${error}`, null, { api })).markup;
    expect(await saidBy('FORBIDDEN')).toContain('The provider did not let you in');
    for (const made of ['<b>you</b>', 'toString', '__proto__', '']) {
      const markup = await saidBy(encodeURIComponent(made));
      expect(markup).toContain('Signing in with the provider did not work.');
      expect(markup).not.toContain('<b>you');
    }
    const still = await signIn('/sign-in?error=CONFLICT&next=/x', null, { api: ada });
    expect(still.answer).toMatchObject({ title: 'You are still signed in' });
    expect(still.markup).toMatch(/You are signed in as ada@example\.com.*role="alert"/);
    expect(still.links).toEqual(['/x']);
  });
});

describe('A sign-in by e-mail', () => {
  const byMail = (path: string, fields: Record<string, string> | null = null, visited: Visited = {}): Promise<Seen> =>
    visit(emailLoginPage, path, fields, visited);
  const next = '/x?y';

  test('asks for the e-mail', async () => {
    const { answer, asked, forms, links, markup } = await byMail('/email-login?next=/x?y');
    expect([asked, answer]).toEqual([[], expect.objectContaining({ title: 'Sign in to Demo & Sons by e-mail' })]);
    expect(forms).toEqual([{ action: '/base/email-login', hidden: { next, step: 'request' } }]);
    expect(links).toEqual(['/base/sign-in?next=%2Fx%3Fy']);
    expect(markup).toMatch(/id="request-email"[^>]* autofocus/);
    expect((await byMail('/email-login?next=//evil.example')).forms[0]?.hidden['next']).toBe(account);
  });

  test('sends a mail, and asks for its code', async () => {
    const fields = { email: 'ada"@example.com', next };
    const { answer, asked, forms, links, markup } = await byMail('/email-login', fields, {
      api: { BeginEmailLogin: {} },
    });
    expect(asked).toEqual([['BeginEmailLogin', { email: fields.email }]]);
    expect(answer).toMatchObject({ title: 'Look at your mail' });
    expect(forms).toEqual([
      { action: '/base/email-login', hidden: { next, email: 'ada&quot;@example.com', step: 'code' } },
    ]);
    expect(links).toEqual(['/base/email-login?next=%2Fx%3Fy']);
    expect(markup).toMatch(/id="code-code"[^>]* autofocus/);
    const refusedOne = await byMail(
      '/email-login',
      {},
      { api: { BeginEmailLogin: refused('BAD_USER_INPUT', { field: 'email' }) } },
    );
    expect(refusedOne.asked).toEqual([['BeginEmailLogin', { email: '' }]]);
    expect(refusedOne.answer).toMatchObject({ status: 422 });
    expect(refusedOne.markup).toContain('id="request-email-error"');
  });

  test('by its code goes on, asks once more, or begins anew', async () => {
    const fields = { step: 'code', code: '123456', email: 'a@b.c', next };
    const by = (api: unknown, sent: Record<string, string> = fields) =>
      byMail('/email-login', sent, { api: { FinishEmailLogin: api } });
    const done = await by({ finishEmailLogin: { __typename: 'AuthTokens' } });
    expect([done.answer, done.asked]).toEqual([
      { redirectTo: next },
      [['FinishEmailLogin', { input: { code: '123456', delivery: 'COOKIE' } }]],
    ]);
    const wrong = await by(refused('INVALID_CREDENTIALS'));
    expect(wrong.answer).toMatchObject({ status: 401, title: 'Look at your mail' });
    expect(wrong.markup).toContain('id="code-code-error"');
    expect(wrong.markup).not.toContain('123456');
    expect(wrong.forms[0]?.hidden).toEqual({ next, email: 'a@b.c', step: 'code' });
    for (const over of [refused('INVALID_GRANT'), refused('BAD_USER_INPUT', { field: 'handle' })]) {
      const { answer, forms, markup } = await by(over);
      expect(answer).toMatchObject({ status: 401 });
      expect(markup).toContain('This code is over');
      expect(forms[0]?.hidden).toEqual({ next, step: 'request' });
      expect(markup).toMatch(/id="request-email"[^>]* value="a@b.c"/);
    }
    const empty = await by(refused('INVALID_CREDENTIALS'), { step: 'code' });
    expect(empty.asked).toEqual([['FinishEmailLogin', { input: { code: '', delivery: 'COOKIE' } }]]);
    expect(empty.forms[0]?.hidden).toEqual({ next: account, email: '', step: 'code' });
    expect(empty.markup).not.toContain('undefined');
  });

  test('by its link goes on, or says why that does not work', async () => {
    const by = (api: unknown, sent: Record<string, string> = { step: 'link', token: 't' }) =>
      byMail('/email-login', sent, { api: { FinishEmailLogin: api } });
    const done = await by({ finishEmailLogin: { __typename: 'AuthTokens' } });
    expect([done.answer, done.asked]).toEqual([
      { redirectTo: account },
      [['FinishEmailLogin', { input: { token: 't', delivery: 'COOKIE' } }]],
    ]);
    const elsewhere = await by(refused('BAD_USER_INPUT', { field: 'handle' }));
    expect(elsewhere.answer).toMatchObject({ status: 410 });
    expect(elsewhere.markup).toContain('only in the browser that asked for it');
    for (const code of ['INVALID_GRANT', 'INVALID_CREDENTIALS']) {
      const { answer, asked, links, markup } = await by(refused(code), { step: 'link' });
      expect(asked).toEqual([['FinishEmailLogin', { input: { token: '', delivery: 'COOKIE' } }]]);
      expect([answer, links]).toEqual([expect.objectContaining({ status: 410 }), ['/base/email-login']]);
      expect(markup).toContain('It was used already');
    }
    await expect(by(refused('RATE_LIMITED'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('asks for a second factor, whose page is that of any sign-in', async () => {
    const api = { FinishEmailLogin: { finishEmailLogin: challengeOf(['TOTP']) } };
    const { forms, markup } = await byMail('/email-login', { step: 'code', code: '1', next }, { api });
    const hidden = { next, step: 'factor', challenge: 'c&quot;1', methods: 'TOTP' };
    expect(forms).toEqual([{ action: '/base/sign-in', hidden }]);
    expect(markup).not.toContain('-error');
  });
});

describe('The page that signs out', () => {
  test('does so once its button is pressed, and drops what was kept of a form', async () => {
    const cookies = { 'kept-form': 'x' };
    const shown = await visit(signOutPage, '/sign-out', null, { cookies });
    expect([shown.asked, shown.cleared, shown.links]).toEqual([[], [], ['/base/account']]);
    expect(shown.forms).toEqual([{ action: '/base/sign-out', hidden: {} }]);
    const out = await visit(signOutPage, '/sign-out', {}, { cookies });
    expect([out.answer, out.asked, out.cleared]).toEqual([
      { redirectTo: '/base/sign-in?done=signed-out' },
      [['SignOut', undefined]],
      ['kept-form'],
    ]);
  });
});
