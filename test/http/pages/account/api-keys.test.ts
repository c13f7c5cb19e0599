import { expect, jest, test } from '@jest/globals';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { apiKeys } from '../../../../src/http/pages/account/api-keys.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

const words = texts.account.apiKeys;
const page = createAccountPage(apiKeys);
const later = '2026-02-03T04:05:00.000Z';

const key = (id: string, of: object = {}) => ({
  id,
  name: `<${id}>`,
  prefix: `sp_${id}`,
  scopes: ['articles:read', 'articles:write'],
  networks: [] as string[],
  createdAt: later,
  expiresAt: null as string | null,
  lastUsedAt: null as string | null,
  ...of,
});

const me = (keys: unknown, scopes: unknown = ['articles:read', 'users:read']) => ({
  ApiKeys: { me: { id: 'ada', email: 'a@b.c', scopes, apiKeys: keys } },
});

const shown = (keys: unknown, scopes?: unknown): Promise<Seen> =>
  visit(page, '/account/api-keys', null, { api: me(keys, scopes) });

const send = (fields: Readonly<Record<string, string>>, api: Visited['api'] = {}): Promise<Seen> =>
  visit(page, '/account/api-keys', fields, { api: { ...me([key('a'), key('b')]), ...api } });

const rowsOf = ({ markup }: Seen): readonly string[] =>
  (markup.split('<ul class="rows">')[1]?.split('</ul>')[0] ?? '').split('<li>').slice(1);

const factsOf = (row = ''): readonly string[] =>
  [...row.matchAll(/<p class="facts">(.*?)<\/p>/g)].map(([, text = '']) => text.replaceAll(/<[^>]*>/g, '').trim());

test('Keys that work are listed with what they may do, and until when', async () => {
  const used = key('b', { expiresAt: later, lastUsedAt: later, networks: ['192.0.2.0/24', '<b>'] });
  const seen = await shown([key('a'), used, key('c', { networks: ['::/0'] })]);
  const rows = rowsOf(seen);
  expect(rows.map(factsOf)).toEqual([
    ['sp_a, articles:read, articles:write', 'expires never, never used'],
    [
      'sp_b, articles:read, articles:write',
      'expires 2026-02-03 04:05 UTC, last used 2026-02-03 04:05 UTC, from 192.0.2.0/24, &lt;b&gt;',
    ],
    ['sp_c, articles:read, articles:write', 'expires never, never used, from ::/0'],
  ]);
  expect(rows[0]).toContain('<p class="name">&lt;a&gt;</p>');
  expect(rows[0]).toContain('<details > <summary aria-label="Revoke: &lt;a&gt;" >Revoke</summary>');
  expect(rows[0]).toContain(`<p class="lead">${words.revokeLead}</p>`);
  expect(rows[0]).toContain('<button class="danger" aria-label="Revoke: &lt;a&gt;" >Revoke</button>');
  expect(seen.forms.slice(1).map(({ hidden }) => hidden)).toEqual([
    { action: 'revoke', id: 'a' },
    { action: 'revoke', id: 'b' },
    { action: 'revoke', id: 'c' },
    { action: 'create' },
  ]);
  expect(seen.markup).not.toContain(words.none);
  // That of the section, and those of the rows: neither panel has one.
  expect(seen.markup.match(/<p class="lead">/g)).toHaveLength(4);
});

test('An account without a key that works says so', async () => {
  for (const keys of [[], null]) {
    const { markup } = await shown(keys);
    expect(markup).toContain(`<p>${words.none}</p>`);
    expect(markup).not.toContain('class="rows"');
  }
  expect((await shown([key('a')])).markup).toContain('class="rows"');
});

test('A new key has a name, the scopes of its owner, an end within 90 days unless another is chosen, and any network', async () => {
  const { markup } = await shown([]);
  expect(markup.match(/<input [^>]*type="(?:text|checkbox)"[^>]*>/g)).toEqual([
    expect.stringMatching(/name="name".* autocomplete="off" required/),
    expect.stringContaining('name="scopes:articles:read" value="on"'),
    expect.stringContaining('name="scopes:users:read" value="on"'),
    expect.stringMatching(/name="networks"(?!.* required)/),
  ]);
  expect(markup).not.toContain(' checked');
  expect(markup.match(/<option value="\w+" selected/g)).toEqual(['<option value="90" selected']);
  const none = await shown([], null);
  expect(none.markup).not.toContain('type="checkbox"');
});

test('A new key is asked for with what was ticked, chosen and typed, and nothing else', async () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-01-01T00:00:00.000Z'));
  const inputOf = async (fields: Readonly<Record<string, string>>): Promise<unknown> => {
    const { asked } = await send({ action: 'create', ...fields }, { CreateApiKey: { createApiKey: { secret: 's' } } });
    const [operation, variables] = asked.at(-1) ?? [];
    expect(operation).toBe('CreateApiKey');
    return variables;
  };
  const ticked = { 'scopes:articles:read': 'on', 'scopes:x': 'on', scopes: 'on', other: 'x' };
  const many = { name: 'A', ...ticked, expires: '30', networks: ' 192.0.2.0/24,\n ::1 ' };
  expect(await inputOf(many)).toStrictEqual({
    input: {
      name: 'A',
      scopes: ['articles:read', 'x'],
      expiresAt: '2026-01-31T00:00:00.000Z',
      networks: ['192.0.2.0/24', '::1'],
    },
  });
  expect(await inputOf({ expires: 'never', networks: ' ,' })).toStrictEqual({ input: { name: '', scopes: [] } });
  expect(await inputOf({ expires: 'never', networks: '::1' })).toStrictEqual({
    input: { name: '', scopes: [], networks: ['::1'] },
  });
  expect(await inputOf({ expires: '365' })).toMatchObject({ input: { expiresAt: '2027-01-01T00:00:00.000Z' } });
  now.mockRestore();
});

test('An end that the page does not offer makes no key', async () => {
  for (const expires of ['31', '-1', '1e300', 'constructor', ' '])
    await expect(send({ action: 'create', expires })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(send({ action: 'create' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('A new key is shown once, by itself and in a command, and nothing of it is asked for again', async () => {
  const api = { CreateApiKey: { createApiKey: { secret: 'sp_<secret>' } } };
  const { answer, asked, forms, links, markup } = await send({ action: 'create', name: 'A', expires: '90' }, api);
  expect(answer).toEqual({ title: words.secretTitle, main: expect.anything() });
  expect([asked.length, forms, links]).toEqual([1, [], ['/base/account/api-keys']]);
  expect(markup).toContain('data-keep="sp_&lt;secret&gt;" data-file="api-key.txt">sp_&lt;secret&gt;</code>');
  const command =
    'curl https://api.example/base/graphql -H &#39;x-api-key: sp_&lt;secret&gt;&#39; -H &#39;content-type: application/json&#39; -d &#39;{&quot;query&quot;:&quot;{ __typename }&quot;}&#39;';
  expect(markup).toContain(`data-keep="${command}">${command}</code>`);
  expect(markup).toContain(words.secretLead);
  expect(markup).toContain(`>${words.stored}</a>`);
});

test('A new key that is refused is there again as it was typed', async () => {
  const fields = { action: 'create', name: '"A"', 'scopes:users:read': 'on', expires: 'never', networks: 'x' };
  const { answer, markup } = await send(fields, {
    CreateApiKey: refused('BAD_USER_INPUT', { field: 'input.networks' }),
  });
  expect(answer).toMatchObject({ status: 422, title: words.title });
  expect(markup).toContain('id="key-networks-error">Refused');
  expect(markup).toMatch(/id="key-name"[^>]* value="&quot;A&quot;"/);
  expect(markup).toMatch(/name="scopes:users:read" value="on" checked/);
  expect(markup).toMatch(/<option value="never" selected/);
});

test('A key is revoked by its form, and is open with the reason if that is refused', async () => {
  for (const [fields, id] of [
    [{ id: 'b' }, 'b'],
    [{}, ''],
  ] as const) {
    const { asked, answer } = await send({ action: 'revoke', ...fields }, { RevokeApiKey: {} });
    expect(asked).toEqual([['RevokeApiKey', { id }]]);
    expect(answer).toEqual({ redirectTo: '/base/account/api-keys?done=key-revoked' });
  }
  const rows = rowsOf(await send({ action: 'revoke', id: 'b' }, { RevokeApiKey: refused('CONFLICT') }));
  expect(rows.map((row) => [row.includes('<details open >'), row.includes('role="alert"')])).toEqual([
    [false, false],
    [true, true],
  ]);
});
