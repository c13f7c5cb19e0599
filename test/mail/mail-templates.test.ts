import { describe, expect, test } from '@jest/globals';
import { createMailTemplates, invitationLink, mailedPages } from '../../src/identity/accounts/mail-templates.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { renderHtml, renderText } from '../../src/mail/render.ts';

const base = 'https://app.example.com/base';
const templates = createMailTemplates(base);
const to = { email: 'ada@example.com', displayName: 'Ada' };
const token = 'a token/+';
/** The text of a mail in one line. */
const said = (mail: Mail): string => renderText(mail).replaceAll(/\s+/g, ' ');

describe('A mail with a link', () => {
  test.each([
    ['verification', templates.verification(to, token), 'verify-email', '24 hours'],
    ['registration', templates.registration(to, token), 'verify-email', '24 hours'],
    ['password-reset', templates.passwordReset(to, token), 'reset-password', 'an hour'],
    ['invitation', templates.invitation(to, token), 'accept-invitation', '7 days'],
    ['email-change', templates.emailChange(to, token), 'confirm-email-change', '24 hours'],
    ['email-changed', templates.emailChanged(to, token), 'revert-email-change', '7 days'],
    ['email-change-reverted', templates.emailChangeReverted(to, token), 'reset-password', 'an hour'],
    ['email-login', templates.emailLogin(to, { code: '123456', token }), 'email-login', 'ten minutes'],
  ] as const)('leads to a page of the settings, and says how long it is valid: %s', (kind, mail, page, lifetime) => {
    expect(mail).toMatchObject({ kind, to: to.email });
    expect(mail.parts).toContainEqual({ label: expect.any(String), url: `${base}/${page}?token=a%20token%2F%2B` });
    expect(said(mail)).toMatch(new RegExp(`(link is|link are) valid for ${lifetime}[ .]`));
    expect(mailedPages).toContain(page);
  });

  test('of an invitation leads to where the command line says', () => {
    const link = invitationLink(base, token);
    expect(templates.invitation(to, token).parts).toContainEqual({ label: 'Accept the invitation', url: link });
  });
});

describe('A mail', () => {
  test('has the code to sign in, in two groups', () => {
    expect(templates.emailLogin(to, { code: '123456', token }).parts).toContain('123 456');
  });

  test('tells of a sign-in with its device, its IP address and the minute', () => {
    const at = new Date('2026-01-02T03:04:05Z');
    const mail = templates.newSignIn(to, { at, client: 'Firefox on Linux', ipAddress: '192.0.2.1' });
    expect(said(mail)).toContain(': Firefox on Linux, IP address 192.0.2.1, at 2026-01-02 03:04 UTC.');
  });

  test.each([
    [[], 'They are now: none.'],
    [['EDITOR', 'ADMIN'], 'They are now: EDITOR, ADMIN.'],
  ])('tells which roles there are now: %j', (roles, told) => {
    expect(said(templates.rolesChanged(to, roles))).toContain(told);
  });

  test.each([
    [0, undefined],
    [1, 'One API key of the account still works: revoke those that you do not know.'],
    [2, '2 API keys of the account still work: revoke those that you do not know.'],
  ])('about a new password tells how many API keys still work: %d', (count, told) => {
    for (const mail of [templates.passwordChanged(to, count), templates.passwordWasReset(to, count)])
      expect(mail.parts.find((part) => typeof part === 'string' && part.includes('API key'))).toBe(told);
  });

  test('about factors that an administrator took tells what signs in now', () => {
    expect(said(templates.factorsReset(to, 'password'))).toContain('your password alone signs you in');
    expect(said(templates.factorsReset(to, 'mailbox'))).toContain('say that you have forgotten your password');
  });

  test('about a changed e-mail has no link for one that was never proved', () => {
    expect(said(templates.emailChanged(to, null))).not.toContain('http');
  });
});

describe('The greeting', () => {
  const greeted = (displayName?: string | null): unknown => templates.accountClosed({ ...to, displayName }).parts[0];

  test.each(['Ada', 'Ada Lovelace', 'Žofie Nováková-O’Brien', 'Dr. A. B. van der', 'A'.repeat(40)])(
    'is by a name that can be nothing else: %s',
    (name) => expect(greeted(name)).toBe(`Hello ${name},`),
  );

  test.each([
    ['markup', '<img src=x onerror=alert(1)>'],
    ['a URL', 'You won https://evil.example'],
    ['a bare domain', 'evil.example'],
    ['a header', 'Eve\r\nBcc: everybody@example.com'],
    ['a long story', 'Dear customer please call us at once under the number that follows'],
    ['six words', 'a b c d e f'],
    ['more than forty characters', 'A'.repeat(41)],
    ['nothing', ''],
    ['no name', null],
    ['none at all', undefined],
  ])('is by no name that holds %s', (_, name) => {
    const mail = templates.passwordReset({ ...to, displayName: name }, token);
    expect([greeted(name), mail.parts[0]]).toEqual(['Hello,', 'Hello,']);
    expect(`${renderText(mail)}${renderHtml(mail)}`).not.toMatch(/evil|<img|Bcc|Dear/);
  });
});
