import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { apiKeys } from '../../../../src/http/pages/account/api-keys.ts';
import { keepForm } from '../../../../src/http/pages/account/kept-form.ts';
import { profile } from '../../../../src/http/pages/account/profile.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

const me = {
  id: 'ada&',
  email: 'ada"@b.c',
  displayName: 'Ada',
  emailVerified: true,
  secondFactors: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  passkeySignals: null,
};
const ada = { Profile: { me }, Viewer: { me: { id: 'ada&', email: me.email, displayName: 'Ada' } } };
const nobody = { Profile: { me: null }, Viewer: { me: null } };
const account = '/account?account=ada%26';
const save = { action: 'save', displayName: 'Ada "A"' };
const carried = { 'carried.action': 'save', 'carried.displayName': 'Ada &quot;A&quot;' };
const provider = { name: 'acme', displayName: 'Acme', canAskForProof: true };
/** More than a cookie has room for, even packed. */
const tooLong = randomBytes(4_000).toString('hex');

const open = (path: string, visited: Visited = {}): Promise<Seen> =>
  visit(createAccountPage(profile), path, null, { ...visited, api: { ...ada, ...visited.api } });

const send = (fields: Readonly<Record<string, string>>, visited: Visited = {}, path = account): Promise<Seen> =>
  visit(createAccountPage(profile), path, fields, {
    ...visited,
    api: { ...ada, UpdateProfile: {}, ...visited.api },
  });

/** What a browser keeps of a form. */
function keptOf(fields: Readonly<Record<string, string>>, of = 'ada&'): { readonly 'kept-form': string } {
  let kept = '';
  const set = (_: string, value: string): void => void (kept = value);
  keepForm({ set }, new Map(Object.entries(fields)), { account: of, back: '/base/account' });
  return { 'kept-form': kept };
}

const said = ({ markup }: Seen): readonly string[] =>
  [...markup.matchAll(/role="(?:alert|status)">(.*?)<\/(?:div>|p>)/g)].map(([, text = '']) =>
    text.replaceAll(/<[^>]*>/g, '').replace(/^ ?[!✓] /, ''),
  );

const operations = ({ asked }: Seen): readonly string[] => asked.map(([operation]) => operation);

describe('A page of the account', () => {
  test('has its section, the ways to the others, and the way out, for the user whom it names', async () => {
    const seen = await open('/account');
    expect(seen.answer).toMatchObject({ title: 'Profile', width: 'wide' });
    expect(seen.answer).not.toHaveProperty('status');
    expect([operations(seen), seen.cleared, said(seen)]).toEqual([['Profile'], [], []]);
    expect(seen.links).toEqual([
      '/base/account',
      '/base/account/security',
      '/base/account/sessions',
      '/base/account/api-keys',
    ]);
    expect(seen.markup).toMatch(/<nav aria-label="Account">/);
    expect(seen.markup.match(/href="[^"]*" aria-current="page"/g)).toEqual([
      'href="/base/account" aria-current="page"',
    ]);
    expect(seen.markup).toMatch(/<h1>Profile<\/h1> <p class="lead">How others see you/);
    expect(seen.markup).toContain('Signed in as </span>ada&quot;@b.c</span>');
    expect(seen.forms[0]).toEqual({ action: '/base/sign-out', hidden: {} });
    for (const { action } of seen.forms.slice(1)) expect(action).toBe(`/base${account}`);
  });

  test('leads a visitor whom the API does not know to a sign-in, and from there back', async () => {
    const leadsTo = async (path: string, api: Visited['api'] = nobody): Promise<unknown> => {
      const { answer } = await open(path, { api });
      const { searchParams, pathname } = new URL('redirectTo' in answer ? answer.redirectTo : '', 'https://x');
      return [pathname, Object.fromEntries(searchParams)];
    };
    expect(await leadsTo('/account')).toEqual(['/base/sign-in', { next: '/base/account' }]);
    expect(await leadsTo('/account?done=signed-in')).toEqual([
      '/base/sign-in',
      { next: '/base/account?done=signed-in' },
    ]);
    expect(await leadsTo('/account?step=x&account=a%26b&error=FORBIDDEN')).toEqual([
      '/base/sign-in',
      { error: 'FORBIDDEN', next: '/base/account?account=a%26b' },
    ]);
    const unknown = { Profile: refused('UNAUTHENTICATED') };
    expect(await leadsTo('/account', unknown)).toEqual(['/base/sign-in', { next: '/base/account' }]);
  });

  test('leads to the second factor that a sign-in with a provider takes, whoever was signed in before', async () => {
    const { answer, asked } = await open('/account?step=factor&error=x&done=signed-in');
    expect([answer, asked]).toEqual([
      { redirectTo: '/base/sign-in?step=factor&next=%2Fbase%2Faccount%3Fdone%3Dsigned-in' },
      [],
    ]);
  });

  test('is not shown if the API refuses it for another reason', async () => {
    const broken = open('/account', { api: { Profile: refused('SERVICE_UNAVAILABLE') } });
    await expect(broken).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  test('says what was done, or why a provider led back, and nothing that a URL makes up', async () => {
    const saidAt = async (query: string): Promise<unknown> => said(await open(`/account?${query}`));
    expect(await saidAt('done=profile-saved')).toEqual([texts.account.done['profile-saved']]);
    expect(await saidAt('error=FORBIDDEN')).toEqual([texts.provider.refused.FORBIDDEN]);
    expect(await saidAt('error=%3Cb%3E&done=signed-in')).toEqual([texts.provider.otherwise]);
    for (const query of ['done=constructor', 'done=%3Cb%3E', 'done=', 'other']) expect(await saidAt(query)).toEqual([]);
  });

  test('that was left as one user and is come back to as another says so, and drops what was typed', async () => {
    const cookies = keptOf(save);
    for (const done of ['', 'done=signed-in', 'done=profile-saved']) {
      const other = await open(`/account?account=eve&${done}`, { cookies });
      expect(said(other)).toEqual([texts.account.done['other-account']]);
      expect(other.cleared).toEqual(['kept-form']);
      expect(other.markup).not.toContain('Ada &quot;A&quot;');
    }
    const same = await open(`${account}&done=profile-saved`, { cookies });
    expect([said(same), same.cleared]).toEqual([[texts.account.done['profile-saved']], []]);
  });
});

describe('What was typed before a page was left', () => {
  test.each(['done=signed-in', 'done=confirmed', 'error=FORBIDDEN'])('is there again at ?%s, once', async (query) => {
    const { answer, markup, cleared } = await open(`${account}&${query}`, { cookies: keptOf(save) });
    expect(answer).not.toHaveProperty('status');
    expect(cleared).toEqual(['kept-form']);
    expect(markup).toMatch(/id="profile-displayName"[^>]* value="Ada &quot;A&quot;"[^>]* autofocus/);
    expect(markup).not.toContain('-error"');
  });

  test('is kept on while its page is opened for something else', async () => {
    for (const query of ['', '&done=profile-saved', '&done=null']) {
      const { markup, cleared } = await open(account + query, { cookies: keptOf(save) });
      expect([cleared, markup.includes('Ada &quot;A&quot;')]).toEqual([[], false]);
    }
  });

  test('is shown to nobody else', async () => {
    const { markup, cleared } = await open('/account?done=signed-in', { cookies: keptOf(save, 'eve') });
    expect([cleared, markup.includes('Ada &quot;A&quot;')]).toEqual([['kept-form'], false]);
  });

  test('is not taken for a form that is refused at the address to which somebody comes back', async () => {
    const api = { UpdateProfile: refused('BAD_USER_INPUT', { field: 'displayName' }) };
    const visited = { api, cookies: keptOf({ ...save, displayName: 'Kept' }) };
    const { markup, cleared } = await send(save, visited, `${account}&done=signed-in`);
    expect([cleared, markup.includes('Ada &quot;A&quot;'), markup.includes('Kept')]).toEqual([[], true, false]);
  });
});

describe('A form of the account', () => {
  test('does what it asks for, and leads to what was done', async () => {
    const seen = await send(save);
    expect([seen.answer, seen.asked]).toEqual([
      { redirectTo: '/base/account?done=profile-saved' },
      [
        ['Viewer', undefined],
        ['UpdateProfile', { displayName: 'Ada "A"' }],
      ],
    ]);
    expect(operations(await send(save, {}, '/account'))).toEqual(['UpdateProfile']);
  });

  test('does nothing if it was written for another account', async () => {
    for (const fields of [save, { action: 'close' }]) {
      const seen = await send(fields, {}, '/account?account=eve');
      expect([seen.answer, operations(seen)]).toEqual([{ redirectTo: '/base/account?done=other-account' }, ['Viewer']]);
    }
  });

  test('is left to the API if nobody is signed in', async () => {
    for (const Viewer of [{ me: null }, refused('UNAUTHENTICATED')])
      expect(operations(await send(save, { api: { Viewer } }))).toEqual(['Viewer', 'UpdateProfile']);
  });

  test('that no page has does nothing', async () => {
    for (const fields of [{}, { action: 'constructor' }, { action: 'null' }, { action: 'revoke' }])
      await expect(send(fields)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('that is refused is there again, with the reason beside its field', async () => {
    const api = { UpdateProfile: refused('BAD_USER_INPUT', { field: 'input.displayName' }) };
    const seen = await send(save, { api }, `${account}&done=profile-saved`);
    expect(seen.answer).toMatchObject({ title: 'Profile', status: 422 });
    expect(seen.markup).toMatch(/id="profile-displayName"[^>]* value="Ada &quot;A&quot;"/);
    expect(seen.markup).toContain('id="profile-displayName-error">Refused: &lt;BAD_USER_INPUT&gt;.');
    expect(said(seen)).toEqual([]);
    const limited = await send(save, { api: { UpdateProfile: refused('RATE_LIMITED', { retryAfterSeconds: 9 }) } });
    expect(limited.answer).toMatchObject({ status: 429, retryAfterSeconds: 9 });
    expect(said(limited)).toEqual([expect.stringMatching(/RATE_LIMITED.* 9 seconds/)]);
  });

  test('that is refused for another field than its own has the reason above it, once', async () => {
    const seen = await send({ action: 'verify' }, { api: { RequestEmailVerification: refused('CONFLICT') } });
    // The address is confirmed by now, and its form is gone.
    expect(said(seen)).toEqual(['Refused: &lt;CONFLICT&gt;.']);
    const again = await send(
      { action: 'verify' },
      { api: { RequestEmailVerification: refused('CONFLICT'), Profile: { me: { ...me, emailVerified: false } } } },
    );
    expect(said(again)).toEqual(['Refused: &lt;CONFLICT&gt;.']);
    expect(again.markup).toMatch(/<form [^>]*> <div class="alert" role="alert">/);
    expect(seen.markup).not.toMatch(/<form [^>]*> <div class="alert"/);
  });

  test('that names no account is carried without one', async () => {
    const api = { UpdateProfile: refused('UNAUTHENTICATED') };
    const { forms } = await send(save, { api }, '/account');
    expect(new Set(forms.map(({ action }) => action))).toEqual(new Set(['/base/account']));
  });

  test.each(['MFA_REQUIRED', 'REAUTHENTICATION_REQUIRED'])('that is refused with %s asks for a proof', async (code) => {
    const api = { UpdateProfile: refused(code), Proofs: { me: { ...me, hasPassword: true, externalIdentities: [] } } };
    const { answer, forms, links } = await send({ ...save, password: 'a secret' }, { api });
    expect(answer).toMatchObject({ title: texts.confirm.title });
    expect([forms, links]).toEqual([
      [{ action: `/base${account}`, hidden: { ...carried, 'carried-secrets': 'on', step: 'confirm' } }],
      [`/base${account}`],
    ]);
  });
});

describe('A form whose session has ended', () => {
  const ended = { api: { UpdateProfile: refused('UNAUTHENTICATED'), Viewer: { me: null } } };

  test('asks for a sign-in in its place, and carries all but the secrets', async () => {
    const { answer, forms, links, markup } = await send({ ...save, password: 'a secret' }, ended);
    expect(answer).toMatchObject({ title: 'Sign in again' });
    expect(answer).not.toHaveProperty('status');
    const hidden = { ...carried, 'carried-secrets': 'on' };
    const action = `/base${account}`;
    expect(forms).toEqual([
      { action, hidden: { ...hidden, step: 'password' } },
      { action, hidden: { ...hidden, step: 'passkey', passkey: '' } },
      { action, hidden: { ...hidden, step: 'email-sign-in' } },
      { action, hidden: { ...hidden, step: 'password-by-mail' } },
    ]);
    expect(links).toEqual([]);
    expect(markup).toContain('Your session has ended.');
    expect(markup).toMatch(/<button class="secondary" >Send me a code.*<button class="quiet" >Forgot your password/);
    expect(markup).not.toMatch(/a secret|class="aside"|>false</);
  });

  test('offers no way that is closed, and each provider', async () => {
    const settings = { canSignInByEmail: false, providers: [provider, { ...provider, name: 'b&', displayName: 'B' }] };
    const { forms, markup } = await send(save, { ...ended, settings });
    expect(forms.map(({ hidden }) => [hidden['step'], hidden['provider']])).toEqual([
      ['password', undefined],
      ['passkey', undefined],
      ['provider-sign-in', 'acme'],
      ['provider-sign-in', 'b&amp;'],
      ['password-by-mail', undefined],
    ]);
    for (const { hidden } of forms) expect(hidden).toMatchObject(carried);
    expect(markup).toContain('Go on with Acme');
  });

  test('and that is too long to be kept offers no way that leaves the page, but to go on after one in another tab', async () => {
    const settings = { providers: [provider] };
    const { forms, markup } = await send({ ...save, displayName: tooLong, password: 'p' }, { ...ended, settings });
    expect(forms.map(({ hidden }) => hidden['step'])).toEqual(['password', 'passkey', undefined]);
    expect(forms[2]).toEqual({ action: `/base${account}`, hidden: { action: 'save', displayName: tooLong } });
    expect(markup).toContain(texts.signIn.tooLong);
  });

  test('while it was refused asks for a sign-in, too', async () => {
    const api = { UpdateProfile: refused('BAD_USER_INPUT'), Profile: { me: null } };
    const { answer, forms } = await send(save, { api });
    expect(answer).toMatchObject({ title: 'Sign in again' });
    expect(forms[0]?.hidden).toEqual({ ...carried, step: 'password' });
  });
});

describe('A sign-in in the place of a form', () => {
  const typed = { step: 'password', email: 'ada@b.c', password: 'p' };
  const left = { 'carried.action': 'save', 'carried.displayName': 'Ada' };
  const SignIn = { login: { __typename: 'AuthTokens' } };

  test('goes on with the form, for the account for which it was written', async () => {
    const seen = await send({ ...typed, ...left }, { api: { SignIn } });
    expect([seen.answer, seen.asked]).toEqual([
      { redirectTo: '/base/account?done=profile-saved' },
      [
        ['SignIn', { input: { email: 'ada@b.c', password: 'p', delivery: 'COOKIE' } }],
        ['Viewer', undefined],
        ['UpdateProfile', { displayName: 'Ada' }],
      ],
    ]);
    for (const path of ['/account', '/account?account=eve']) {
      const other = await send({ ...typed, ...left }, { api: { SignIn } }, path);
      expect(other.answer).toEqual({ redirectTo: '/base/account?done=other-account' });
      expect(operations(other)).not.toContain('UpdateProfile');
    }
  });

  test('by passkey goes on as well', async () => {
    const seen = await send({ ...left, step: 'passkey', passkey: '{}' }, { api: { FinishPasskeyLogin: {} } });
    expect(operations(seen)).toEqual(['FinishPasskeyLogin', 'Viewer', 'UpdateProfile']);
  });

  test('asks for the secrets of the form once more, as they are not carried', async () => {
    const seen = await send({ ...typed, ...left, 'carried-secrets': 'on' }, { api: { SignIn } });
    expect([seen.answer, operations(seen)]).toEqual([{ redirectTo: '/base/account?done=signed-in-again' }, ['SignIn']]);
  });

  test('that is refused, or takes a second factor, carries the form on', async () => {
    const action = `/base${account}`;
    const kept = { 'carried.action': 'save', 'carried.displayName': 'Ada' };
    const wrong = await send({ ...typed, ...left }, { api: { SignIn: refused('INVALID_CREDENTIALS') } });
    expect(wrong.answer).toMatchObject({ status: 401, title: 'Sign in again' });
    expect(wrong.forms[0]).toEqual({ action, hidden: { ...kept, step: 'password' } });
    const login = { __typename: 'MfaChallenge', challenge: 'c', methods: ['TOTP'], passkeyOptions: null };
    const challenged = await send({ ...typed, ...left }, { api: { SignIn: { login } } });
    expect(challenged.forms).toEqual([
      { action, hidden: { ...kept, step: 'factor', challenge: 'c', methods: 'TOTP' } },
    ]);
  });
});

describe('A proof in the place of a form', () => {
  const left = { step: 'confirm', password: 'p', 'carried.action': 'save', 'carried.displayName': 'Ada' };
  const proof = ['Reauthenticate', { input: { password: 'p' } }];

  test('goes on with the form, also with one that names no account', async () => {
    for (const path of [account, '/account']) {
      const seen = await send(left, { api: { Reauthenticate: {} } }, path);
      expect(seen.answer).toEqual({ redirectTo: '/base/account?done=profile-saved' });
      expect(seen.asked.at(0)).toEqual(proof);
      expect(seen.asked.at(-1)).toEqual(['UpdateProfile', { displayName: 'Ada' }]);
    }
    const other = await send(left, { api: { Reauthenticate: {} } }, '/account?account=eve');
    expect(operations(other)).toEqual(['Reauthenticate', 'Viewer']);
  });

  test('asks for a sign-in if the session has ended meanwhile', async () => {
    const api = { Reauthenticate: refused('UNAUTHENTICATED'), Proofs: refused('UNAUTHENTICATED') };
    const { answer, forms } = await send(left, { api });
    expect(answer).toMatchObject({ title: 'Sign in again' });
    expect(forms[0]?.hidden).toEqual({
      'carried.action': 'save',
      'carried.displayName': 'Ada',
      step: 'password',
    });
  });
});

describe('A form of one of several rows', () => {
  const key = (id: string) => ({
    id,
    name: id,
    prefix: 'sp_',
    scopes: [],
    networks: [],
    createdAt: me.createdAt,
    expiresAt: null,
    lastUsedAt: null,
  });
  const revoke = (id: string): Promise<Seen> =>
    visit(
      createAccountPage(apiKeys),
      '/account/api-keys',
      { action: 'revoke', id },
      {
        api: {
          RevokeApiKey: refused('RATE_LIMITED'),
          ApiKeys: { me: { id: 'ada', email: null, scopes: [], apiKeys: [key('1'), key('2')] } },
        },
      },
    );

  test('says in its own row why it was refused', async () => {
    const seen = await revoke('2');
    expect(said(seen)).toEqual(['Refused: &lt;RATE_LIMITED&gt;.']);
    const [first, second, create] = seen.markup.split('<form ').slice(2);
    expect([first, second, create].map((text) => text?.includes('role="alert"'))).toEqual([false, true, false]);
  });

  test('says at the head of the section why it was refused if its row is gone', async () => {
    const seen = await revoke('3');
    expect(said(seen)).toEqual(['Refused: &lt;RATE_LIMITED&gt;.']);
    expect(seen.markup).toMatch(/programs that act for you[^<]*<\/p> <div class="alert" role="alert">/);
  });
});
