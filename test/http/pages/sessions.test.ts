import { expect, test } from '@jest/globals';
import { createAccountPage } from '../../../src/http/pages/account/account-page.ts';
import { sessions } from '../../../src/http/pages/account/sessions.ts';
import { visit } from './visit.ts';

const session = (id: string) => ({
  id,
  current: id === '1',
  createdAt: '2026-01-01T00:00:00.000Z',
  lastUsedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-02-01T00:00:00.000Z',
  device: id,
  userAgent: null,
  ipAddress: '192.0.2.1',
  methods: ['PASSWORD'],
});
const [active, revoked] = [{ revokedAt: null }, { revokedAt: '2026-01-01T00:00:00.000Z' }];

test.each([
  ['how many keys are active', [active, revoked, active], 'End API keys as well (2 active)<'],
  ['no number if none is active', [revoked], 'End API keys as well<'],
  ['no number if they are not for this session to see', null, 'End API keys as well<'],
])('Whoever signs out elsewhere is told %s', async (_, apiKeys, label) => {
  const me = { id: 'me', email: 'a@b.c', sessions: [session('1'), session('2')], apiKeys };
  const { markup } = await visit(createAccountPage(sessions), '/account/sessions', null, {
    api: { Sessions: { me, resultsShown: [] } },
  });
  expect(markup).toContain(label);
});
