import { describe, expect, test } from '@jest/globals';
import { createRights } from '../../src/access/rights-of-roles.ts';
import { roles } from '../../src/access/roles.ts';
import { madeUp } from '../../src/access/simulate.ts';

const rightsOf = createRights({
  VIEWER: { scopes: ['articles:read', 'comments:*'] },
  EDITOR: { includes: ['VIEWER'], scopes: ['articles:write', 'comments:write'] },
  MODERATOR: { scopes: ['comments:moderate'] },
  BARE: { scopes: [] },
  ADMIN: { includes: ['EDITOR'], scopes: ['*'] },
});

describe('The rights of roles', () => {
  test('are those of the roles that they include, too, and no scope that another covers', () => {
    expect(rightsOf(['EDITOR'])).toEqual({
      roles: ['EDITOR', 'VIEWER'],
      scopes: ['articles:write', 'articles:read', 'comments:*'],
      isNarrowed: false,
    });
    expect(rightsOf(['VIEWER', 'MODERATOR'])).toEqual({
      roles: ['VIEWER', 'MODERATOR'],
      scopes: ['articles:read', 'comments:*'],
      isNarrowed: false,
    });
    expect(rightsOf(['ADMIN']).scopes).toEqual(['*']);
  });

  test('are none for roles that nobody knows', () => {
    for (const unknown of [[], ['KING'], ['KING', 'QUEEN']])
      expect([unknown, rightsOf(unknown, null)]).toEqual([unknown, { roles: [], scopes: [], isNarrowed: false }]);
  });

  test('of one role cannot be changed, as they are those of everybody who has it', () => {
    const rights = rightsOf(['VIEWER']);
    expect([rights, rights.roles, rights.scopes].map((value) => Object.isFrozen(value))).toEqual([true, true, true]);
    expect(rightsOf(['VIEWER'])).toBe(rights);
  });
});

describe('Rights that are narrowed', () => {
  test('are what both cover, by each narrowing, and of roles those that are covered whole', () => {
    expect(rightsOf(['EDITOR'], ['articles:*', 'comments:read'])).toEqual({
      roles: [],
      scopes: ['articles:write', 'articles:read', 'comments:read'],
      isNarrowed: true,
    });
    expect(rightsOf(['EDITOR'], ['articles:read', 'comments:*', 'users:read'])).toEqual({
      roles: ['VIEWER'],
      scopes: ['articles:read', 'comments:*'],
      isNarrowed: true,
    });
    expect(rightsOf(['ADMIN'], ['articles:*'], null, ['articles:write'])).toEqual({
      roles: [],
      scopes: ['articles:write'],
      isNarrowed: true,
    });
  });

  test('are not narrowed if they are all that there is', () => {
    expect(rightsOf(['VIEWER'], ['*'], null)).toEqual({ ...rightsOf(['VIEWER']) });
    expect(rightsOf(['ADMIN'], ['*']).isNarrowed).toBe(false);
  });

  test('have a role of one scope if that is covered', () => {
    expect(rightsOf(['MODERATOR'], ['comments:*'])).toEqual({
      roles: ['MODERATOR'],
      scopes: ['comments:moderate'],
      isNarrowed: false,
    });
  });

  test('have no role without scopes, and are narrowed without a role', () => {
    expect(rightsOf(['BARE', 'VIEWER'], ['*'])).toEqual({
      roles: ['VIEWER'],
      scopes: ['articles:read', 'comments:*'],
      isNarrowed: true,
    });
    expect(rightsOf([], ['*'])).toEqual({ roles: [], scopes: [], isNarrowed: true });
  });
});

describe('Scopes that are asked for', () => {
  const beyond = (scope: string) =>
    expect.objectContaining({
      code: 'FORBIDDEN',
      message: `You do not have the scope \`${scope}\` yourself: ask for scopes that you have.`,
      options: { oauthError: 'invalid_scope' },
    });

  test('lie within those of the roles, or of the credential', () => {
    expect(rightsOf.narrow(['EDITOR'], ['comments:read', 'articles:read', 'articles:read'])).toEqual([
      'comments:read',
      'articles:read',
    ]);
    expect(rightsOf.within(['comments:*'], ['comments:read', 'comments:*'])).toEqual(['comments:*']);
    expect(() => rightsOf.narrow(['VIEWER'], ['articles:read', 'articles:write'])).toThrow(beyond('articles:write'));
    expect(() => rightsOf.within(['comments:read'], ['comments:*'])).toThrow(beyond('comments:*'));
    expect(() => rightsOf.narrow(['KING'], ['articles:read'])).toThrow(beyond('articles:read'));
  });

  test('cover roles if they cover all of their scopes', () => {
    expect([
      rightsOf.covers(['articles:*', 'comments:*'], ['EDITOR']),
      rightsOf.covers(['articles:read', 'comments:*'], ['EDITOR']),
      rightsOf.covers(['*'], ['ADMIN']),
      rightsOf.covers([], ['BARE']),
    ]).toEqual([true, false, true, true]);
  });
});

describe('A caller who is made up', () => {
  const stage = { rightsOf: createRights(roles), now: new Date(1_700_000_000_999) };
  const proved = { authTime: 1_700_000_000, mfaAt: 1_700_000_000, hasFactor: true };
  const nobody = '00000000-0000-0000-0000-000000000000';

  test('is anonymous without roles and scopes', () => {
    expect([madeUp(stage, {}), madeUp(stage, { roles: null, scopes: null })]).toEqual([
      { kind: 'anonymous' },
      { kind: 'anonymous' },
    ]);
  });

  test('has what the roles give, or the scopes beside them, and has just signed in with a second factor', () => {
    const viewer = ['articles:read', 'comments:read', 'comments:write'];
    expect(madeUp(stage, { roles: ['VIEWER'] })).toEqual({
      kind: 'user',
      id: nobody,
      roles: ['VIEWER'],
      scopes: viewer,
      ...proved,
    });
    expect(madeUp(stage, { roles: ['VIEWER'], scopes: ['a:b'] })).toMatchObject({ roles: ['VIEWER'], scopes: ['a:b'] });
    expect(madeUp(stage, { scopes: [] })).toMatchObject({ roles: [], scopes: [] });
    expect(() => madeUp(stage, { scopes: ['a b'] })).toThrow(
      expect.objectContaining({ options: { field: 'input.scopes', problem: 'invalid_scope' } }),
    );
  });
});
