import { describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserOf } from '../../../src/http/pages/account/browser-name.ts';
import { carriedOf, resume } from '../../../src/http/pages/account/carried.ts';
import {
  backOfKeptForm,
  dropKeptForm,
  keepForm,
  refuseTooLong,
  takeKeptForm,
} from '../../../src/http/pages/account/kept-form.ts';
import { lane } from '../../../src/http/pages/account/lane.ts';
import { meOf } from '../../../src/http/pages/account/me.ts';
import { accentRules, readPicture } from '../../../src/http/pages/brand.ts';
import { attributes, html } from '../../../src/http/pages/html.ts';
import { jsonField } from '../../../src/http/pages/json-field.ts';
import { nextOf } from '../../../src/http/pages/next.ts';
import { attempt, Refusal } from '../../../src/http/pages/refusal.ts';
import { requireOwnForm } from '../../../src/http/pages/same-origin.ts';
import { openSite, type SiteSettings } from '../../../src/http/pages/site.ts';
import { requestOf } from '../../support/http-message.ts';
import { serveRoutes } from '../../support/serve-routes.ts';

const settings: SiteSettings = {
  publicUrl: 'https://api.example/base',
  returnOrigins: ['https://app.example'],
  brand: { name: 'Demo', logo: null, color: '#336699' },
  canRegister: true,
  canSignInByEmail: true,
  canTrustDevices: true,
  providers: [],
};

describe('Where a sign-in leads', () => {
  const { site } = openSite(settings);

  test('is a page of this site, or of one to which may be returned', () => {
    const good = {
      '/base/account/security?a=b#c': '/base/account/security?a=b#c',
      'https://api.example/x': '/x',
      x: '/x',
      '/a/..//b': '/base/account',
      'https://app.example/x?y#z': 'https://app.example/x?y#z',
      'https://app.example': 'https://app.example/',
    };
    expect(Object.keys(good).map((text) => nextOf(site, text))).toEqual(Object.values(good));
  });

  test('is the account for anything else', () => {
    const others = [
      undefined,
      null,
      '',
      'https://evil.example/',
      '//evil.example/x',
      '/\\evil.example',
      'https://app.example.evil.example/',
      'http://app.example/',
      'https://app.example:8443/',
      'https://user@app.example/',
      'https://:secret@app.example/',
      'https://user@api.example/',
      'blob:https://api.example/x',
      'blob:https://user@api.example/x',
      'blob:https://app.example/x',
      '/.//evil.example',
      '\t//evil.example',
      '/\n/evil.example',
      '/\r\\evil.example',
      'javascript:alert(1)',
      'https://',
    ];
    expect(others.map((text) => [text, nextOf(site, text)])).toEqual(others.map((text) => [text, '/base/account']));
  });
});

test('A form counts if a page of this site sent it, by its origin or by what the browser says of it', () => {
  const sent = (...headers: ReadonlyArray<readonly [string, string]>): boolean => {
    try {
      requireOwnForm(requestOf({ method: 'POST', headers }), 'https://api.example/base');
      return true;
    } catch (error) {
      expect(error).toMatchObject({
        code: 'FORBIDDEN',
        message: 'This form did not come from a page of this site. Open the page at https://api.example/base.',
      });
      return false;
    }
  };
  const same = ['sec-fetch-site', 'same-origin'] as const;
  expect([sent(['origin', 'https://api.example']), sent(['origin', 'null'], same), sent(same)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([
    sent(),
    sent(['origin', 'null']),
    sent(['origin', 'https://evil.example'], same),
    sent(['origin', 'https://api.example.evil.example']),
    sent(['sec-fetch-site', 'same-site']),
    sent(['origin', 'null'], ['sec-fetch-site', 'cross-site']),
    sent(['sec-fetch-site', 'none']),
  ]).toEqual(Array(7).fill(false));
});

describe('HTML', () => {
  test('has what is put into it as text, but for HTML', () => {
    const inner = html`<b>${'<&>'}</b>`;
    expect(
      html`<p title="${'"x"'}">${inner} ${5} ${[inner, '<', null, [false, undefined]]} ${0} ${''}</p>`.markup,
    ).toBe('<p title="&quot;x&quot;"><b>&lt;&amp;&gt;</b> 5 <b>&lt;&amp;&gt;</b>&lt; 0 </p>');
  });

  test('has attributes with a value, or without one, and leaves out the others', () => {
    const written = attributes({ a: '"', b: 5, c: true, d: false, e: undefined, f: '', g: 0 });
    expect(html`${written}`.markup).toBe('a="&quot;" b="5" c f="" g="0" ');
  });
});

describe('A refusal of the API', () => {
  test('is shown with the status of its code, and its own if it was refused before', () => {
    const statusOf = (code: string, status?: number): number =>
      new Refusal({ message: 'x', extensions: { code }, ...(status === undefined ? {} : { status }) }).status;
    const codes = {
      BAD_USER_INPUT: 422,
      INVALID_CREDENTIALS: 401,
      INVALID_GRANT: 401,
      UNAUTHENTICATED: 401,
      MFA_REQUIRED: 403,
      REAUTHENTICATION_REQUIRED: 403,
      FORBIDDEN: 403,
      NOT_FOUND: 404,
      CONFLICT: 409,
      RATE_LIMITED: 429,
      SERVICE_UNAVAILABLE: 503,
      INTERNAL_SERVER_ERROR: 500,
      ANYTHING: 400,
    };
    expect(Object.keys(codes).map((code) => statusOf(code))).toEqual(Object.values(codes));
    expect(statusOf('FORBIDDEN', 413)).toBe(413);
  });

  test('names the last part of its field, and what else it was told', () => {
    const extensions = {
      code: 'BAD_USER_INPUT',
      field: 'input.password',
      problem: 'too_short',
      reason: 'EXPIRED',
      retryAfterSeconds: 5,
      requestId: 'a request',
    };
    expect(new Refusal({ message: 'Too short.', extensions })).toMatchObject({
      ...extensions,
      field: 'password',
      message: 'Too short.',
      name: 'Refusal',
    });
    expect(new Refusal({ message: 'x', extensions: { code: 'X' } }).field).toBeUndefined();
  });

  test('is waited for, and nothing else is caught', async () => {
    const refusal = new Refusal({ message: 'x', extensions: { code: 'X' } });
    expect([await attempt(Promise.resolve(5)), await attempt(Promise.reject(refusal))]).toEqual([5, refusal]);
    await expect(attempt(Promise.reject(new Error('a defect')))).rejects.toThrow('a defect');
  });

  test('is what an anonymous caller of an account gets', () => {
    expect(meOf({ id: 'ada', email: 'a@b.c' })).toEqual({
      data: { id: 'ada', email: 'a@b.c' },
      id: 'ada',
      email: 'a@b.c',
    });
    expect(meOf({ id: 'ada', email: null }).email).toBe('');
    for (const nobody of [null, undefined])
      expect(() => meOf(nobody)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });
});

test('A field of the script holds JSON, or nothing', () => {
  expect(['{"a":1}', 'null', undefined, '', '{'].map(jsonField)).toEqual([{ a: 1 }, null, null, null, null]);
});

describe('A form that is kept in the browser', () => {
  function jar(kept?: string) {
    let value = kept;
    const set: unknown[] = [];
    return {
      get: () => value,
      set: (name: string, text: string, seconds: number) => ((value = text), void set.push([name, seconds])),
      clear: () => (value = undefined),
      value: () => value,
      sets: set,
    };
  }
  const form = new Map([
    ['displayName', 'Ada'],
    ['scopes:articles:read', 'on'],
  ]);
  const of = { account: 'ada', back: '/account' };
  const packed = (kept: unknown): string => {
    const cookies = jar();
    keepForm(cookies, new Map(), of);
    return typeof kept === 'string' ? kept : String(cookies.value());
  };

  test('comes back once, for its account alone, within an hour', () => {
    const cookies = jar();
    keepForm(cookies, form, of);
    expect([cookies.sets, backOfKeptForm(cookies)]).toEqual([[['kept-form', 3600]], '/account']);
    expect([takeKeptForm(cookies, 'ada'), cookies.value(), takeKeptForm(cookies, 'ada')]).toEqual([
      form,
      undefined,
      null,
    ]);
    keepForm(cookies, form, of);
    expect([takeKeptForm(cookies, 'eve'), cookies.value(), backOfKeptForm(cookies)]).toEqual([null, undefined, null]);
  });

  test('is dropped only if there is one', () => {
    let cleared = 0;
    for (const value of [undefined, 'x']) dropKeptForm({ get: () => value, clear: () => void (cleared += 1) });
    expect(cleared).toBe(1);
  });

  test('is nothing if the browser sends something else', () => {
    expect(['', 'x', '!', packed(null).slice(4)].map((text) => takeKeptForm(jar(text), 'ada'))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('is refused beside its longest field if no cookie has room for it', () => {
    const random = (length: number): string => randomBytes(length).toString('base64url').slice(0, length);
    expect(refuseTooLong(form, of)).toBeNull();
    const boxes = Array.from(
      { length: 200 },
      (_, index) => [`scopes:${random(20 + (index % 7))}${index}`, 'on'] as const,
    );
    const refusal = refuseTooLong(new Map([['title', 'x'.repeat(100)], ...boxes, ['password', random(9_000)]]), of);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'scopes', problem: 'too_long', status: 422 });
  });

  /** The bytes of a form with one field in its cookie. */
  function bytesOf(value: string): number {
    const cookies = jar();
    keepForm(cookies, new Map([['title', value]]), of);
    return Buffer.from(cookies.value() ?? '', 'base64url').length;
  }

  test('has at most as many bytes as a cookie has room for', () => {
    const hashes = Array.from({ length: 100 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'));
    const [text, bytes] = [hashes.join(''), new Map<number, string>()];
    for (let length = 5_000; length < text.length; length += 1)
      bytes.set(bytesOf(text.slice(0, length)), text.slice(0, length));
    const refusalOf = (size: number) => refuseTooLong(new Map([['title', bytes.get(size) ?? 'none']]), of);
    expect([bytes.has(2_800), refusalOf(2_800)]).toEqual([true, null]);
    expect(refusalOf(2_801)).toMatchObject({ field: 'title' });
  });

  test('has at most as many bytes as it may have once it is unpacked, however well it is packed', () => {
    const written = JSON.stringify({ ...of, fields: [['title', '']] }).length;
    const [kept, lost] = [65_536, 65_537].map((size) => new Map([['title', 'x'.repeat(size - written)]]));
    const comesBack = (text: ReadonlyMap<string, string>): boolean => {
      const cookies = jar();
      keepForm(cookies, text, of);
      return takeKeptForm(cookies, 'ada')?.get('title') === text.get('title');
    };
    expect([refuseTooLong(kept ?? form, of), comesBack(kept ?? form)]).toEqual([null, true]);
    expect([refuseTooLong(lost ?? form, of), comesBack(lost ?? form)]).toEqual([
      expect.objectContaining({ field: 'title', problem: 'too_long' }),
      false,
    ]);
  });

  test('is refused beside the field that has the most, by what was typed and not by its name', () => {
    const text = randomBytes(4_000).toString('hex');
    const fields = [
      ['scopes:articles:read:and:write', 'on'],
      ['a', text.slice(0, 6_000)],
      ['b', text],
    ] as const;
    expect(refuseTooLong(new Map(fields), of)).toMatchObject({ field: 'b' });
    expect(refuseTooLong(new Map(), { ...of, account: text })).toMatchObject({ field: '', problem: 'too_long' });
  });

  test('is carried by the page between without its secrets, and says that some were lost', () => {
    const secret = new Map([...form, ['password', 'p']]);
    expect(carriedOf(form)).toEqual({ 'carried.displayName': 'Ada', 'carried.scopes:articles:read': 'on' });
    expect(carriedOf(secret)).toEqual({ ...carriedOf(form), 'carried-secrets': 'on' });
    const others = [['code', '123456']] as const;
    expect(resume(new Map([...Object.entries(carriedOf(form)), ...others]))).toEqual({ form, isComplete: true });
    expect(resume(new Map(Object.entries(carriedOf(secret))))).toEqual({ form, isComplete: false });
  });
});

describe('The brand', () => {
  test('has a colour that can be read in light and in dark, as a ground and as a text', () => {
    const rules = (...values: readonly string[]): string =>
      ['accent', 'on-accent', 'accent-text'].map((name, at) => `--${name}:${values[at]}`).join(';');
    const inBoth = (light: readonly string[], dark: readonly string[]): string =>
      `:root{${rules(...light)}}@media (prefers-color-scheme:dark){:root{${rules(...dark)}}}`;
    const colours = {
      '#336699': inBoth(['#336699', '#ffffff', '#336699'], ['#336699', '#ffffff', '#668cb3']),
      '#ffff00': inBoth(['#ffff00', '#000000', '#737300'], ['#ffff00', '#000000', '#ffff00']),
      '#000000': inBoth(['#000000', '#ffffff', '#000000'], ['#000000', '#ffffff', '#8c8c8c']),
      '#ffffff': inBoth(['#ffffff', '#000000', '#737373'], ['#ffffff', '#000000', '#ffffff']),
      '#777777': inBoth(['#777777', '#000000', '#717171'], ['#777777', '#000000', '#858585']),
      '#0a0b0c': inBoth(['#0a0b0c', '#ffffff', '#0a0b0c'], ['#0a0b0c', '#ffffff', '#858586']),
      '#757575': inBoth(['#757575', '#ffffff', '#757575'], ['#757575', '#ffffff', '#8a8a8a']),
      '#60c02c': inBoth(['#60c02c', '#000000', '#3e7d1d'], ['#60c02c', '#000000', '#60c02c']),
      '#9e08a9': inBoth(['#9e08a9', '#ffffff', '#9e08a9'], ['#9e08a9', '#ffffff', '#c05ec7']),
      '#13053e': inBoth(['#13053e', '#ffffff', '#13053e'], ['#13053e', '#ffffff', '#89829f']),
      '#ea05ad': inBoth(['#ea05ad', '#000000', '#de05a4'], ['#ea05ad', '#000000', '#ee37bd']),
      '#0bac27': inBoth(['#0bac27', '#000000', '#08811d'], ['#0bac27', '#000000', '#0bac27']),
    };
    expect(Object.keys(colours).map(accentRules)).toEqual(Object.values(colours));
  });

  test('has a logo that is a picture of 256 KiB at most', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-logo-'));
    const file = (name: string, bytes: number): string => {
      writeFileSync(join(folder, name), Buffer.alloc(bytes));
      return join(folder, name);
    };
    expect(readPicture(file('LOGO.SVG', 256 * 1024))).toMatchObject({ type: 'image/svg+xml' });
    expect(['a.png', 'a.webp', 'a.jpg', 'a.jpeg'].map((name) => readPicture(file(name, 1)).type)).toEqual([
      'image/png',
      'image/webp',
      'image/jpeg',
      'image/jpeg',
    ]);
    for (const path of [file('large.png', 256 * 1024 + 1), file('a.gif', 1), join(folder, 'none.png')]) {
      expect(() => readPicture(path)).toThrow(
        `BRAND_LOGO: expected a readable file, SVG, PNG, WebP or JPEG, of at most 256 KiB: ${path}`,
      );
    }
    rmSync(folder, { recursive: true });
  });

  test('has files whose paths change with what they hold, so that they may be kept for ever', async () => {
    const { site, routes } = openSite(settings);
    const other = openSite({ ...settings, brand: { ...settings.brand, color: '#112233' } }).site;
    expect(site.assets).toEqual({
      style: expect.stringMatching(/^\/base\/pages\/pages-[\w-]{12}\.css$/),
      script: expect.stringMatching(/^\/base\/pages\/pages-[\w-]{12}\.js$/),
      logo: null,
    });
    expect([other.assets.script, other.assets.style === site.assets.style]).toEqual([site.assets.script, false]);
    const server = await serveRoutes(routes);
    const url = server.url + site.assets.script.replace('/base', '');
    const [whole, head, posted] = await Promise.all(['GET', 'HEAD', 'POST'].map((method) => fetch(url, { method })));
    const text = await whole?.text();
    expect(whole?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(whole?.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect([Number(head?.headers.get('content-length')), await head?.text(), posted?.status]).toEqual([
      Buffer.byteLength(text ?? ''),
      '',
      405,
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-logo-'));
    const logo = join(folder, 'logo.png');
    writeFileSync(logo, 'a picture');
    const withLogo = openSite({ ...settings, brand: { ...settings.brand, logo } });
    const path = withLogo.site.assets.logo ?? '';
    expect(path).toMatch(/^\/base\/pages\/logo-[\w-]{12}$/);
    expect(Object.keys(withLogo.routes)).toContain(path.replace('/base', ''));
    rmSync(folder, { recursive: true });
    await server.stop();
  });
});

test('A browser is named with its system, as far as it says so', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
  const agents = {
    [chrome]: 'Chrome on Linux',
    [`${chrome} Edg/120`]: 'Edge on Linux',
    [`${chrome} OPR/100`]: 'Opera on Linux',
    'Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/120.0': 'Firefox on Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit Version/17.0 Safari/604.1': 'Safari on iOS',
    'Mozilla/5.0 (Linux; Android 14) Chrome/120': 'Chrome on Android',
    'Safari/600': 'Safari',
    'curl/8 on Linux': 'curl/8 on Linux',
    ['x'.repeat(61)]: 'x'.repeat(60),
  };
  expect(Object.keys(agents).map(browserOf)).toEqual(Object.values(agents));
  expect(new Set([null, undefined, ''].map(browserOf)).size).toBe(1);
});

test('A session is drawn from its beginning to its latest use, within thirty days', () => {
  const drawn = (created: string, used: string): unknown => {
    const { markup } = lane(`2026-01-${created}T00:00:00Z`, `2026-01-${used}T00:00:00Z`, '2026-01-31T00:00:00Z');
    return [...markup.matchAll(/class="(week|used)" x="([\d.]+)" y="1" width="([\d.]+)"/g)].map(([, what, x, width]) =>
      what === 'week' ? x : [x, width],
    );
  };
  const weeks = ['76.67', '53.33', '30.00', '6.67'];
  expect([drawn('01', '31'), drawn('16', '25'), drawn('31', '31')]).toEqual([
    [...weeks, ['0.00', '100.00']],
    [...weeks, ['50.00', '30.00']],
    [...weeks, ['99.00', '1.00']],
  ]);
  const { markup } = lane('2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z', '2026-01-31T00:00:00Z');
  expect(markup).toContain('class="used" x="0.00" y="1" width="1.00"');
});
