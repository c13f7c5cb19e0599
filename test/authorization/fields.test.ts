import { describe, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { definePolicy, type GuardOptions, type Principal } from '../../src/authorization/index.ts';
import { admin, anonymous, build, editor, user, viewer } from './support.ts';

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;

const sdl = `
  type Query @public {
    open: Int
    signedIn: Int @auth
    keys: Int @auth(kinds: [API_KEY, SERVICE])
    editors: Int @hasRole(roles: [EDITOR])
    editorsOrModerators: Int @hasRole(roles: [EDITOR, MODERATOR])
    editorsAndModerators: Int @hasRole(roles: [EDITOR]) @hasRole(roles: [MODERATOR])
    reports: Int @hasScope(scopes: "reports")
    writers: Int @hasScope(scopes: [["articles:write"]])
    both: Int @hasScope(scopes: [["articles:write", "comments:moderate"]])
    either: Int @hasScope(scopes: [["articles:write"], ["comments:moderate"]])
    factor: Int @mfa(maxAge: 60)
    factorIfEnrolled: Int @mfa(maxAge: 60, ifEnrolled: true)
    recent: Int @recentAuth(maxAge: 60)
    inside: Int @network(names: ["office", "vpn"])
    adminRecently: Int @hasRole(roles: [ADMIN]) @recentAuth(maxAge: 60)
  }`;
const FIELDS = [...sdl.matchAll(/^ {4}(\w+): Int/gm)].map(([, name]) => name ?? '');
const one = Object.fromEntries(FIELDS.map((name) => [name, () => 1]));
const { ask, calls } = build({ sdl, scopes: ['reports'], resolvers: { Query: one }, now: () => NOW_MS });

const key = { kind: 'apiKey', id: 'k1', userId: 'viewer', roles: [], scopes: ['articles'] } as const;
const enrolled = { ...user('u'), hasFactor: true };

describe('a field answers, or refuses with the code that tells what is missing', () => {
  test.each([
    ['is open to everyone', 'open', anonymous, null],
    ['asks anonymous to sign in', 'signedIn', anonymous, 'UNAUTHENTICATED'],
    ['knows who has signed in', 'signedIn', viewer, null],
    ['takes the kinds of principal that it names', 'keys', key, null],
    ['refuses other kinds', 'keys', admin, 'FORBIDDEN'],
    ['takes a role', 'editors', editor, null],
    ['takes a role that includes it', 'editors', admin, null],
    ['refuses a lower role', 'editors', viewer, 'FORBIDDEN'],
    ['ignores a role that nobody knows', 'editors', user('u', ['EMPEROR', 'constructor', '__proto__']), 'FORBIDDEN'],
    ['asks anonymous to sign in before it speaks of roles', 'editors', anonymous, 'UNAUTHENTICATED'],
    ['takes any one of several roles', 'editorsOrModerators', user('u', ['MODERATOR']), null],
    ['takes none for two directives', 'editorsAndModerators', user('u', ['MODERATOR']), 'FORBIDDEN'],
    ['takes all for two directives', 'editorsAndModerators', user('u', ['MODERATOR', 'EDITOR']), null],
    ['takes a scope', 'writers', user('u', [], ['articles:write']), null],
    ['takes a scope that covers it', 'writers', key, null],
    ['takes a wildcard that covers it', 'writers', user('u', [], ['articles:*']), null],
    ['takes the wildcard of all', 'writers', user('u', [], ['*']), null],
    ['does not take a scope that only begins like it', 'writers', user('u', [], ['art', 'articles:w']), 'FORBIDDEN'],
    ['does not take all below for the scope itself', 'reports', user('u', [], ['reports:*']), 'FORBIDDEN'],
    ['takes the scope itself', 'reports', user('u', [], ['reports']), null],
    ['does not take a scope below it', 'writers', user('u', [], ['articles:write:own']), 'FORBIDDEN'],
    ['does not take scopes from a role, which the host computes', 'writers', user('u', ['ADMIN']), 'FORBIDDEN'],
    ['needs all scopes of an inner list', 'both', user('u', [], ['articles:write']), 'FORBIDDEN'],
    ['takes all scopes of an inner list', 'both', user('u', [], ['articles:write', 'comments']), null],
    ['takes any inner list', 'either', user('u', [], ['comments:moderate']), null],
    ['takes a factor of late', 'factor', { ...enrolled, mfaAt: NOW - 60 }, null],
    ['asks for the factor where it is too old', 'factor', { ...enrolled, mfaAt: NOW - 61 }, 'MFA_REQUIRED'],
    ['asks for the factor where it was never shown', 'factor', enrolled, 'MFA_REQUIRED'],
    ['does not believe a factor from the future', 'factor', { ...enrolled, mfaAt: NOW + 3600 }, 'MFA_REQUIRED'],
    ['asks for a factor where there is none, because nothing else helps', 'factor', user('u'), 'MFA_REQUIRED'],
    ['asks anonymous to sign in before it speaks of factors', 'factor', anonymous, 'UNAUTHENTICATED'],
    ['does without a factor where none is enrolled', 'factorIfEnrolled', user('u'), null],
    ['asks for the factor that is enrolled', 'factorIfEnrolled', enrolled, 'MFA_REQUIRED'],
    ['does not do without a sign-in', 'factorIfEnrolled', anonymous, 'UNAUTHENTICATED'],
    ['takes a sign-in of late', 'recent', { ...user('u'), authTime: NOW - 60 }, null],
    ['asks to sign in again', 'recent', { ...user('u'), authTime: NOW - 61 }, 'REAUTHENTICATION_REQUIRED'],
    ['asks for the factor instead, where there is one', 'recent', { ...enrolled, authTime: NOW - 61 }, 'MFA_REQUIRED'],
    ['takes a network, signed in or not', 'inside', { ...anonymous, networks: ['vpn'] }, null],
    ['refuses other networks', 'inside', { ...viewer, networks: ['home'] }, 'FORBIDDEN'],
    ['speaks of recency only where nothing else is missing', 'adminRecently', viewer, 'FORBIDDEN'],
    ['speaks of recency where nothing else is missing', 'adminRecently', admin, 'REAUTHENTICATION_REQUIRED'],
  ])('%s', async (_, field, principal, code) => {
    const before = calls(`Query.${field}`);
    const { data, codes } = await ask(`{ ${field} }`, principal);
    expect({ data, codes }).toEqual(
      code === null ? { data: { [field]: 1 }, codes: {} } : { data: { [field]: null }, codes: { [field]: code } },
    );
    expect(calls(`Query.${field}`) - before).toBe(code === null ? 1 : 0);
  });
});

test('a principal may carry more than the engine knows of', async () => {
  const richer = { ...viewer, tenant: 't1', session: { id: 's1' } };
  expect((await ask('{ signedIn }', richer)).codes).toEqual({});
});

test('an alias bears the error of its field at its own path', async () => {
  expect((await ask('{ a: open b: signedIn }', anonymous)).codes).toEqual({ b: 'UNAUTHENTICATED' });
});

describe('The host may write the texts of refusals', () => {
  const ruled = `type Query { editors: Int @hasRole(roles: ["EDITOR"]) mine: Row! @public }
    type Mutation { editors: Int @hasRole(roles: ["EDITOR"]) } type Row @can(action: "read") { id: ID }`;
  const policies = [definePolicy('Row', ({ nobody }) => ({ read: nobody }))];
  const resolvers = { Query: { mine: () => ({ id: '1' }) } };
  const messagesFor = async (source: string, refusalText: GuardOptions['refusalText']): Promise<readonly string[]> => {
    const { schema } = build({ sdl: ruled, policies, resolvers, tellRequired: true, refusalText });
    const { errors = [] } = await graphql({ schema, source, contextValue: user('u') });
    return errors.map(({ message }) => message);
  };
  const german: GuardOptions<Principal>['refusalText'] = ({ code, required }) =>
    code === 'FORBIDDEN' ? `Das darfst du nicht: ${JSON.stringify(required)}` : undefined;

  test('from the code and what would suffice, for fields as for whole operations', async () => {
    const text = 'Das darfst du nicht: [[{"roles":["EDITOR"]}]]';
    expect(await messagesFor('{ editors }', german)).toEqual([text]);
    expect(await messagesFor('mutation { editors }', german)).toEqual([text]);
    expect(await messagesFor('{ mine { id } }', ({ code }) => `code: ${code}`)).toEqual(['code: NOT_FOUND']);
  });

  test('and ours stand where it writes none, or fails', async () => {
    expect(await messagesFor('{ mine { id } }', german)).toEqual(['Not found.']);
    const ours = ['You are not allowed to do this.'];
    expect(await messagesFor('{ editors }', () => 1 as never)).toEqual(ours);
    expect(
      await messagesFor('{ editors }', () => {
        throw new Error('lost');
      }),
    ).toEqual(ours);
  });
});

describe('A refusal that asks for a step-up says whether the account has a factor', () => {
  const { schema } = build({
    sdl: `type Query { factor: Int @mfa recent: Int @recentAuth editors: Int @hasRole(roles: ["EDITOR"]) }
      type Mutation { factor: Int @mfa }`,
    now: () => NOW * 1000,
  });
  const extensionsFor = async (document: string, principal: Principal) => {
    const { errors = [] } = await graphql({ schema, source: document, contextValue: principal });
    return errors.map(({ extensions }) => extensions);
  };

  test.each([
    ['{ factor }', true, 'MFA_REQUIRED'],
    ['{ factor }', false, 'MFA_REQUIRED'],
    ['{ recent }', true, 'MFA_REQUIRED'],
    ['{ recent }', false, 'REAUTHENTICATION_REQUIRED'],
  ])('%s for an account of which hasFactor is %s', async (document, hasFactor, code) => {
    expect(await extensionsFor(document, { ...user('u'), hasFactor })).toEqual([{ code, enrolled: hasFactor }]);
  });

  test('if the principal tells, and for no other code', async () => {
    expect(await extensionsFor('{ factor }', user('u'))).toEqual([{ code: 'MFA_REQUIRED' }]);
    expect(await extensionsFor('{ editors }', { ...user('u'), hasFactor: true })).toEqual([{ code: 'FORBIDDEN' }]);
    expect(await extensionsFor('{ factor }', anonymous)).toEqual([{ code: 'UNAUTHENTICATED' }]);
  });

  test('on each path of a mutation that is refused as a whole', async () => {
    const refused = { code: 'MFA_REQUIRED', enrolled: false };
    expect(await extensionsFor('mutation { factor }', { ...user('u'), hasFactor: false })).toEqual([
      { ...refused, refused: [{ path: ['factor'], ...refused }] },
    ]);
  });
});
