import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.ts';
import { mistakesOf, production } from './mistakes.ts';

describe('The configuration', () => {
  test.each([
    'smtp://u:p@mail.example.com?ignoreTLS=true',
    'smtp://u:p@mail.example.com?requireTLS=false',
    'smtps://mail.example.com?tls.rejectUnauthorized=false',
    'smtp://mail.example.com/path',
    'smtp://u:1#2@mail.example.com',
  ])('refuses in MAIL_URL what would be ignored, or take TLS away: %s', (url) => {
    expect(mistakesOf({ MAIL_URL: url })).toEqual([
      expect.stringMatching(/^MAIL_URL: expected nothing behind the port/),
    ]);
  });

  test('of production needs a mail server where registrations are confirmed, and sends no mail without one', () => {
    const confirmed = { ...production, REGISTRATION: 'confirmed' };
    expect(mistakesOf(confirmed)).toEqual([expect.stringContaining('MAIL_URL: required by REGISTRATION=confirmed')]);
    expect(mistakesOf({ ...confirmed, REGISTRATION: 'open', EMAIL_LOGIN: 'on' })).toEqual([
      expect.stringContaining('MAIL_URL: required by EMAIL_LOGIN=on'),
    ]);
    const mail = { MAIL_URL: 'smtps://u:p@mail.example.com', MAIL_FROM: 'Gate <gate@example.com>' };
    expect(parseConfig({ ...confirmed, ...mail })).toMatchObject({
      registration: 'confirmed',
      mail: { from: 'Gate <gate@example.com>', to: { kind: 'smtp', url: mail.MAIL_URL } },
    });
    expect(parseConfig(production).mail).toEqual({
      linkBase: 'https://api.example.com',
      from: 'Sallyport <no-reply@api.example.com>',
      to: null,
    });
    expect(mistakesOf({ MAIL_URL: 'http://mail.example.com', MAIL_FROM: 'a@b\r\nBcc: c@d' })).toHaveLength(2);
  });

  test.each([
    'gate@example.com',
    'The Gate <gate@example.com>',
    '"Gate, Inc." <gate@example.com>',
    '<gate@example.com>',
    'The Gate <gate@[2001:db8::1]>',
    'gate@[IPv6:2001:DB8::1]',
  ])('sends mails from %s', (from) => {
    expect(parseConfig({ MAIL_FROM: from }).mail.from).toBe(from);
  });

  test.each([
    'Gate, Inc. <gate@example.com>',
    'a@example.com, b@example.com',
    'Gate "Inc." <gate@example.com>',
    '"Gate" Inc. <gate@example.com>',
    '"Gate <gate@example.com>',
    'Gates: a <gate@example.com>;',
    'Gates:gate@example.com;',
    'one;gate@example.com',
    '(one)gate@example.com',
    'Gate <gate@example.com:25>',
    'Gate <(one)gate@example.com>',
    'Gate <gate@[example.com>',
    'gate@example.com (Gate)',
    'Gate <gate@example.com> <b@example.com>',
    'Gate',
  ])('sends no mails from what is read as another sender, or as several: %s', (from) => {
    expect(mistakesOf({ MAIL_FROM: from })).toEqual([expect.stringContaining('MAIL_FROM: expected an e-mail address')]);
  });
});

const linkBaseOf = (env: Record<string, string>): string => parseConfig(env).mail.linkBase;

describe('Mail', () => {
  test('goes to files of development, and to a server wherever one is set', () => {
    const to = { kind: 'smtp', url: 'smtp://mail.example.com' };
    expect(parseConfig({ DATA_DIR: '/srv/data' }).mail.to).toEqual({ kind: 'folder', folder: '/srv/data/mail' });
    expect(parseConfig({ MAIL_URL: to.url }).mail.to).toEqual(to);
    expect(parseConfig({ ...production, MAIL_URL: to.url }).mail.to).toEqual(to);
  });

  test('has links to this server, or to an app that has their pages', () => {
    expect(linkBaseOf({})).toBe('http://localhost:4000');
    expect(linkBaseOf({ APP_URL: 'https://app.example.com/accounts/' })).toBe('https://app.example.com/accounts');
    expect(linkBaseOf({ APP_URL: 'http://localhost:5173' })).toBe('http://localhost:5173');
    expect(mistakesOf({ APP_URL: 'app' })).toEqual(['APP_URL: expected a URL such as https://app.example.com']);
  });

  test.each(['smtp://mail.example.com', 'smtp://mail.example.com/', 'smtps://u:p@mail.example.com:465'])(
    'goes to the server at %s',
    (MAIL_URL) => {
      expect(mistakesOf({ MAIL_URL })).toEqual([]);
    },
  );

  test.each(['smtp:mail.example.com', 'smtp:///mail', 'http://mail.example.com', 'smtp://', 'smtp://a b', 'mail'])(
    'goes to no server at %s',
    (MAIL_URL) => {
      expect(mistakesOf({ MAIL_URL })).toEqual([
        'MAIL_URL: expected smtp://user:password@host:port, or smtps:// for TLS from the first byte',
      ]);
    },
  );

  test('tells owners all, nothing, or what is named', () => {
    const noticesOf = (OWNER_MAILS: string) => parseConfig({ OWNER_MAILS }).ownerNotices;
    expect(noticesOf('')).toEqual(['sign-in', 'api-key', 'password', 'email', 'roles', 'factors']);
    expect(noticesOf('none')).toEqual([]);
    expect(noticesOf('roles, email')).toEqual(['roles', 'email']);
    expect(mistakesOf({ OWNER_MAILS: 'none,email' })).toEqual([expect.stringContaining('`none` is unknown')]);
  });

  test('is needed in production alone by codes that are mailed, and by registrations that are confirmed', () => {
    expect(parseConfig({ EMAIL_LOGIN: 'on' }).emailLogin).toBe(true);
    expect(parseConfig({}).emailLogin).toBe(false);
    expect(parseConfig({ REGISTRATION: 'confirmed' }).registration).toBe('confirmed');
    const mailed = { ...production, MAIL_URL: 'smtp://mail.example.com', EMAIL_LOGIN: 'on' };
    expect(parseConfig(mailed).emailLogin).toBe(true);
  });
});
