import { describe, expect, test } from '@jest/globals';
import { createAccountPage } from '../../../src/http/pages/account/account-page.ts';
import { security } from '../../../src/http/pages/account/security.ts';
import { refused, visit } from './visit.ts';

describe('The page that asks who it is', () => {
  const page = createAccountPage(security);
  const me = (secondFactors: readonly string[]) => ({
    me: { email: 'a@b.c', hasPassword: true, secondFactors, externalIdentities: [] },
  });
  const sent = { step: 'confirm', 'carried.action': 'begin-totp' };
  const api = (factors: readonly string[]) => ({
    Reauthenticate: refused('INVALID_CREDENTIALS'),
    Proofs: me(factors),
    BeginPasskeyLogin: { beginPasskeyLogin: { challenge: 'x' } },
  });

  test('says above its button that a passkey was refused, also if an account has nothing else', async () => {
    for (const factors of [['PASSKEY'], ['PASSKEY', 'TOTP']]) {
      const fields = { ...sent, passkey: '{"id":1}' };
      const { answer, asked, markup } = await visit(page, '/account/security', fields, { api: api(factors) });
      expect(answer).toMatchObject({ status: 401, title: 'Confirm that it is you' });
      expect(asked[0]).toEqual(['Reauthenticate', { input: { passkey: { id: 1 } } }]);
      expect(markup).toMatch(/role="alert">(?:(?!<form|<div class="passkey").)*INVALID_CREDENTIALS&gt;.*data-passkey=/);
      expect(markup.match(/role="alert"|-error"/g)).toHaveLength(1);
    }
  });

  test('says beside its field that a code was refused', async () => {
    const fields = { ...sent, code: '123456' };
    const { markup } = await visit(page, '/account/security', fields, { api: api(['PASSKEY', 'TOTP']) });
    expect(markup).toContain('id="confirm-code-error">Refused');
    expect(markup).not.toMatch(/role="alert"|123456/);
  });
});
