import { describe, expect, test } from '@jest/globals';
import { Session } from '../../../src/identity/sessions/session.entity.ts';
import {
  deliver,
  deliveryOf,
  requireDeliverable,
  type DeliverableTokens,
} from '../../../src/identity/sign-in/delivery.ts';
import { User } from '../../../src/users/user.entity.ts';
import { cookiesOf } from '../../support/contexts.ts';

const tokens: DeliverableTokens = {
  accessToken: 'access',
  refreshToken: 'refresh',
  expiresInSeconds: 60,
  refreshExpiresInSeconds: 1_000,
  rights: { roles: ['EDITOR'], scopes: ['articles:read', 'articles:write'], isNarrowed: false },
  user: new User(),
  session: new Session(),
};
const always = {
  tokenType: 'Bearer',
  expiresIn: 60,
  refreshExpiresIn: 1_000,
  scope: 'articles:read articles:write',
  user: tokens.user,
  session: tokens.session,
};

describe('Tokens', () => {
  test('that go into the answer set no cookie', () => {
    const cookies = cookiesOf();
    const found = { ...always, accessToken: 'access', refreshToken: 'refresh' };
    expect(deliver(tokens, 'BODY', cookies, 'device')).toEqual({ ...found, deviceToken: 'device' });
    expect(deliver(tokens, 'BODY', cookies)).toEqual({ ...found, deviceToken: null });
    expect(cookies.changes).toEqual([]);
  });

  test('that go into cookies are not in the answer, and live there as long as they count', () => {
    const cookies = cookiesOf();
    const found = { ...always, accessToken: null, refreshToken: null, deviceToken: null };
    expect(deliver(tokens, 'COOKIE', cookies, 'device')).toEqual(found);
    const both = ['access=access for 60', 'refresh=refresh for 1000'];
    expect(cookies.changes).toEqual([`device=device for ${400 * 86_400}`, ...both]);
    cookies.changes.splice(0);
    expect(deliver(tokens, 'COOKIE', cookies)).toEqual(found);
    expect(cookies.changes).toEqual(both);
  });

  test('of a step-up leave the refresh cookie as it is', () => {
    const cookies = cookiesOf();
    deliver({ ...tokens, refreshToken: null }, 'COOKIE', cookies);
    expect(cookies.changes).toEqual(['access=access for 60']);
  });

  test('go back the way the credential came', () => {
    for (const source of ['bearer', 'none', 'header'] as const)
      expect(deliveryOf({ credential: { source } })).toBe('BODY');
    expect(deliveryOf({ credential: { source: 'cookie' } })).toBe('COOKIE');
  });

  test('go into cookies of allowed origins alone', () => {
    requireDeliverable('BODY', cookiesOf({}, false));
    requireDeliverable('COOKIE', cookiesOf());
    expect(() => requireDeliverable('COOKIE', cookiesOf({}, false))).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        status: 403,
        message:
          'Cookies are set only for an `Origin` of CORS_ORIGINS or PUBLIC_URL: add yours there, or ask for `delivery: BODY`.',
      }),
    );
  });
});
