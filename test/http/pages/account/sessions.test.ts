import { expect, test } from '@jest/globals';
import { createAccountPage } from '../../../../src/http/pages/account/account-page.ts';
import { sessions } from '../../../../src/http/pages/account/sessions.ts';
import { texts } from '../../../../src/http/pages/texts.ts';
import { refused, visit, type Seen, type Visited } from '../visit.ts';

const words = texts.account.sessions;
const page = createAccountPage(sessions);

const session = (id: string, of: object = {}) => ({
  id,
  current: id === '1',
  createdAt: '2026-01-01T00:00:00.000Z',
  lastUsedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-02-01T00:00:00.000Z',
  device: id as string | null,
  userAgent: null as string | null,
  ipAddress: '192.0.2.1' as string | null,
  methods: ['PASSWORD'],
  ...of,
});

const loaded = (all: unknown, resultsShown: unknown = []) => ({
  Sessions: { me: { id: 'me', email: 'a@b.c', sessions: all, apiKeys: [] }, resultsShown },
});

const shown = (all: unknown, resultsShown?: unknown): Promise<Seen> =>
  visit(page, '/account/sessions', null, { api: loaded(all, resultsShown) });

const send = (fields: Readonly<Record<string, string>>, api: Visited['api']): Promise<Seen> =>
  visit(page, '/account/sessions', fields, { api: { ...loaded([session('1'), session('2'), session('3')]), ...api } });

const rowsOf = ({ markup }: Seen, list = 1): readonly string[] =>
  (markup.split('<ul class="rows">')[list]?.split('</ul>')[0] ?? '').split('<li>').slice(1);

const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

test.each([
  ['how many keys are active', [{ id: '1' }, { id: '2' }], 'End API keys as well (2 active)<'],
  ['no number if none is active', [], 'End API keys as well<'],
  ['no number if they are not for this session to see', null, 'End API keys as well<'],
])('Whoever signs out elsewhere is told %s', async (_, apiKeys, label) => {
  const me = { id: 'me', email: 'a@b.c', sessions: [session('1'), session('2')], apiKeys };
  const { markup } = await visit(page, '/account/sessions', null, {
    api: { Sessions: { me, resultsShown: [] } },
  });
  expect(markup).toContain(label);
});

test('Sessions are listed with their browsers and their times, this one first and without a form to end it', async () => {
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0';
  const seen = await shown([
    session('2', { device: null, userAgent, ipAddress: null }),
    session('3', { device: '<D>', lastUsedAt: '2026-01-31T00:00:00.000Z' }),
    session('1', { lastUsedAt: '2026-01-16T00:00:00.000Z' }),
    session('4', { device: null }),
  ]);
  const rows = rowsOf(seen);
  const began = 'began 2026-01-01 00:00 UTC';
  expect(rows.map(textOf)).toEqual([
    `1✓ this device 192.0.2.1, last used 2026-01-16 00:00 UTC, ${began}`,
    `Firefox on Linux last used 2026-01-01 00:00 UTC, ${began} End`,
    `&lt;D&gt; 192.0.2.1, last used 2026-01-31 00:00 UTC, ${began} End`,
    `Unknown browser 192.0.2.1, last used 2026-01-01 00:00 UTC, ${began} End`,
  ]);
  expect(rows[0]).toContain('<span class="badge good">✓ this device</span>');
  expect(rows[2]).toContain('<button class="secondary" aria-label="End the session of &lt;D&gt;" >End</button>');
  // Bars end where any session was used last.
  expect(rows.map((row) => /class="used" x="([\d.]+)" y="1" width="([\d.]+)"/.exec(row)?.slice(1))).toEqual([
    ['0.00', '50.00'],
    ['0.00', '1.00'],
    ['0.00', '100.00'],
    ['0.00', '1.00'],
  ]);
  expect(seen.forms.slice(1).map(({ hidden }) => hidden)).toEqual([
    { action: 'end', id: '2' },
    { action: 'end', id: '3' },
    { action: 'end', id: '4' },
    { action: 'end-others' },
  ]);
  expect(seen.markup).toContain(`<p class="lead">${words.lanes}</p>`);
  expect(seen.markup).toMatch(/<button class="danger" >End every other session</);
});

test('The one session of an account has no form to end others', async () => {
  for (const all of [[session('1')], [], null]) {
    const seen = await shown(all);
    expect(seen.forms).toHaveLength(1);
    expect(seen.markup).toContain(`<p class="lead">${words.onlyThis}</p>`);
    expect(rowsOf(seen)).toHaveLength(all?.length ?? 0);
  }
  expect((await shown([session('1'), session('2')])).markup).toContain(words.lanes);
});

test('Whoever was shown what the account sees is listed below', async () => {
  expect((await shown([session('1')])).markup).not.toContain(words.seenBy);
  const at = '2026-01-02T03:04:00.000Z';
  const one = { at, by: { displayName: '<Eve>' }, fields: ['me', 'sessions'] };
  const first = await shown([session('1')], [one]);
  expect(first.markup).toContain(`<h2>${words.seenBy}</h2> </div> <p class="lead">${words.seenByLead}</p>`);
  expect(rowsOf(first, 2).map(textOf)).toEqual(['&lt;Eve&gt; 2026-01-02 03:04 UTC: me, sessions']);
  const both = await shown([session('1')], [one, { at, by: null, fields: ['me'] }]);
  expect(rowsOf(both, 2).map(textOf)[1]).toBe('Unknown 2026-01-02 03:04 UTC: me');
});

test.each([
  [{ action: 'end', id: '2' }, 'RevokeSession', { id: '2' }, 'session-ended'],
  [{ action: 'end' }, 'RevokeSession', { id: '' }, 'session-ended'],
  [{ action: 'end-others' }, 'SignOutElsewhere', { revokeApiKeys: false }, 'sessions-ended'],
  [{ action: 'end-others', revokeApiKeys: 'on' }, 'SignOutElsewhere', { revokeApiKeys: true }, 'sessions-ended'],
])('The form %j ends what it says', async (fields, operation, variables, done) => {
  const { answer, asked } = await send(fields, { [operation]: {} });
  expect(asked).toEqual([[operation, variables]]);
  expect(answer).toEqual({ redirectTo: `/base/account/sessions?done=${done}` });
});

test('Why a session was not ended stands in its row, or above all if that has no form', async () => {
  const alertsIn = (seen: Seen): readonly boolean[] => rowsOf(seen).map((row) => row.includes('role="alert"'));
  const RevokeSession = refused('CONFLICT');
  const other = await send({ action: 'end', id: '3' }, { RevokeSession });
  expect([alertsIn(other), other.markup.match(/role="alert"/g)?.length]).toEqual([[false, false, true], 1]);
  for (const id of ['1', '4']) {
    const none = await send({ action: 'end', id }, { RevokeSession });
    expect([alertsIn(none), none.markup.match(/role="alert"/g)?.length]).toEqual([[false, false, false], 1]);
  }
  const fields = { action: 'end-others', revokeApiKeys: 'on' };
  const all = await send(fields, { SignOutElsewhere: refused('RATE_LIMITED') });
  expect(all.markup).toMatch(/<\/ul>.*role="alert".*value="end-others".*name="revokeApiKeys" value="on" checked/);
  expect(all.markup.match(/role="alert"/g)).toHaveLength(1);
});
