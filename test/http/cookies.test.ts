import { describe, expect, test } from '@jest/globals';
import { Answer } from '../../src/http/server/answer.ts';
import { HttpCookieJar, requireAllowedOrigin, type CookieJarOptions } from '../../src/http/server/cookies.ts';
import { requestOf } from '../support/http-message.ts';

/** The headers of an answer that has not been sent yet. */
const headersOf = (answer: Answer): object => ({ ...answer.getHeaders() });

describe('Cookies', () => {
  let foreign = 0;
  function jarOf(cookie: string | undefined, options: Partial<CookieJarOptions> = {}) {
    foreign = 0;
    const request = requestOf({ headers: cookie === undefined ? [] : [['cookie', cookie]] });
    const answer = new Answer(request);
    const jar = new HttpCookieJar(request, answer, {
      secure: true,
      sameSite: 'lax',
      originAllowed: false,
      noteForeignOrigin: () => void (foreign += 1),
      ...options,
    });
    return { jar, answer };
  }

  test('are read by their names, prefixed over https', () => {
    const both = 'sallyport-access=plain; __Host-sallyport-access=a%20b; other=x';
    expect(jarOf(both).jar.get('access')).toBe('a b');
    expect(jarOf(both, { secure: false }).jar.get('access')).toBe('plain');
    expect(jarOf('__Host-sallyport-access=; x').jar.get('access')).toBeUndefined();
    expect(jarOf(undefined).jar.get('access')).toBeUndefined();
  });

  test.each(['access', 'refresh', 'challenge', 'device', 'email-login', 'external-login', 'kept-form'] as const)(
    'of one name are refused if there are two: %s',
    (name) => {
      const twice = `x=y; __Host-sallyport-${name}=a;__Host-sallyport-${name} =b`;
      expect(() => jarOf(twice)).toThrow(
        expect.objectContaining({
          code: 'BAD_REQUEST',
          message: `The request carries two cookies of the name __Host-sallyport-${name}.`,
        }),
      );
      expect(jarOf(twice, { secure: false }).jar.get(name)).toBeUndefined();
      expect(jarOf(`__Host-sallyport-${name}=a; __Host-sallyport-${name}x=b; x=1; x=2`).jar.get(name)).toBe('a');
    },
  );

  test('are set out of reach of scripts, for all paths, one beside the other', () => {
    const { jar, answer } = jarOf(undefined);
    jar.set('access', 'a', 900);
    jar.set('device', 'd', 60);
    expect(answer.getHeader('set-cookie')).toEqual([
      '__Host-sallyport-access=a; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-sallyport-device=d; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
    ]);
    const plain = jarOf(undefined, { secure: false, sameSite: 'none' });
    plain.jar.set('refresh', 'r', 1);
    expect(plain.answer.getHeader('set-cookie')).toBe(
      'sallyport-refresh=r; Max-Age=1; Path=/; HttpOnly; SameSite=None',
    );
  });

  test('are taken back, and with that of the session what the browser keeps for it', () => {
    const { jar, answer } = jarOf('__Host-sallyport-access=a');
    jar.clear('access');
    expect(headersOf(answer)).toEqual({
      'set-cookie': '__Host-sallyport-access=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    });
    jar.clear('refresh');
    expect(answer.getHeader('clear-site-data')).toBe('"cache", "storage"');
  });

  test.each(['access', 'refresh'])('need an allowed origin if they are credentials: %s', (name) => {
    const cookie = `__Host-sallyport-${name}=a`;
    expect(() => requireAllowedOrigin(jarOf(cookie).jar)).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'A request with cookies needs an `Origin` of CORS_ORIGINS or of PUBLIC_URL.',
      }),
    );
    expect(foreign).toBe(1);
    requireAllowedOrigin(jarOf(cookie, { originAllowed: true }).jar);
    requireAllowedOrigin(jarOf('__Host-sallyport-device=a').jar);
    requireAllowedOrigin(jarOf(undefined).jar);
    expect(foreign).toBe(0);
  });
});
