import { expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { createEmailCodeResolvers } from '../../../src/identity/email-codes/email-codes.resolvers.ts';
import type { RequestContext } from '../../../src/request/context.ts';
import { User } from '../../../src/users/user.entity.ts';
import { cookiesOf } from '../../support/contexts.ts';

/** What a sign-in by a code is asked with, and what it makes of the cookies that came. */
async function finish(
  given: Parameters<typeof cookiesOf>[0],
  input: { readonly handle?: string; readonly deviceToken?: string },
) {
  const asked: unknown[] = [];
  const { Mutation } = createEmailCodeResolvers({
    emailCodes: {
      begin: async () => ({ handle: 'begun' }),
      prove: async (_, { handle }) => (asked.push(handle), new User()),
    },
    signInField: {
      signIn: async (_, __, { deviceToken, delivery, methods }) => {
        asked.push(deviceToken, delivery, methods);
        throw new Error('signed in');
      },
    },
  });
  const resolve = Mutation?.finishEmailLogin;
  if (typeof resolve !== 'function') throw new Error('no resolver');
  const cookies = cookiesOf(given);
  const context = { cookies } as Partial<RequestContext> as RequestContext;
  const finishing = async () => resolve({}, { input: { code: '123456', ...input } }, context, {} as GraphQLResolveInfo);
  await expect(finishing()).rejects.toThrow('signed in');
  return [...asked, cookies.changes];
}

test('A sign-in by a code takes the handle and the device of the cookies, unless it is given others', async () => {
  const cookies = { 'email-login': 'kept', device: 'known' };
  expect(await finish(cookies, {})).toEqual(['kept', 'known', 'BODY', ['EMAIL'], ['email-login cleared']]);
  expect(await finish(cookies, { handle: 'given', deviceToken: 'new' })).toEqual([
    'given',
    'new',
    'BODY',
    ['EMAIL'],
    ['email-login cleared'],
  ]);
  // Who has no cookies is sent none.
  expect(await finish({}, { handle: 'given' })).toEqual(['given', undefined, 'BODY', ['EMAIL'], []]);
});

test('No code is used up for tokens in cookies that cannot be delivered', async () => {
  const { Mutation } = createEmailCodeResolvers({
    emailCodes: {
      begin: () => Promise.reject(new Error('begun')),
      prove: () => Promise.reject(new Error('proved')),
    },
    signInField: { signIn: () => Promise.reject(new Error('signed in')) },
  });
  const [begin, finishing] = [Mutation?.beginEmailLogin, Mutation?.finishEmailLogin];
  if (typeof begin !== 'function' || typeof finishing !== 'function') throw new Error('no resolver');
  const context = { cookies: cookiesOf({}, false) } as Partial<RequestContext> as RequestContext;
  const info = {} as GraphQLResolveInfo;
  for (const call of [
    async () => begin({}, { email: 'a@example.com', delivery: 'COOKIE' }, context, info),
    async () => finishing({}, { input: { code: '123456', delivery: 'COOKIE' } }, context, info),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  for (const [call, reached] of [
    [async () => begin({}, { email: 'a@example.com', delivery: 'BODY' }, context, info), 'begun'],
    [async () => finishing({}, { input: { code: '123456' } }, context, info), 'proved'],
  ] as const)
    await expect(call()).rejects.toThrow(reached);
});
