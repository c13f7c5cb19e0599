import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createRequestContexts, type OperationCaller } from '../../src/http/request-context.ts';
import { Answer } from '../../src/http/server/answer.ts';
import type { RequestContext, UnitOfWork } from '../../src/request/context.ts';
import { requestOf } from '../support/http-message.ts';
import { knownCallers } from '../support/request-context-deps.ts';

interface Begun {
  readonly context: RequestContext;
  readonly caller: OperationCaller;
  readonly user: { readonly id: string } | undefined;
  /** What was read or renewed. */
  readonly used: string[];
}

/** Creates the context of a request, and shows the unit of work that began with it. */
async function begin(request = requestOf()): Promise<Begun> {
  const used: string[] = [];
  const begun: Array<Pick<Begun, 'caller' | 'user'>> = [];
  const refuse = (what: string): never => {
    used.push(what);
    throw new Error('There is no database.');
  };
  const unit: UnitOfWork = {
    get em() {
      return refuse('em');
    },
    get rows() {
      return refuse('rows');
    },
    renew: () => void used.push('renew'),
  };
  const user = { id: 'ada' };
  const contexts = createRequestContexts({
    ...knownCallers().deps,
    strategies: [
      () => Promise.resolve({ principal: { kind: 'user', id: 'ada', roles: [], scopes: [] }, source: 'bearer', user }),
    ],
    beginUnitOfWork(caller, row) {
      begun.push({ caller, user: row });
      return unit;
    },
  });
  const cookies = contexts.openCookies(request, new Answer(request), 'a request');
  const credential = { authorization: 'Bearer x', apiKey: undefined, queryKey: undefined };
  const context = await contexts.create(request, { cookies, credential, requestId: 'a request' });
  const [first] = begun;
  if (first === undefined || begun.length > 1) throw new Error('There is one unit of work for each request.');
  return { context, ...first, used };
}

test('A request reads and writes in a unit of work of its own, with the row that its credential brought', async () => {
  const { context, user, caller, used } = await begin();
  expect(user).toEqual({ id: 'ada' });
  expect([context.credential, 'user' in context.credential]).toEqual([{ source: 'bearer' }, false]);
  expect(caller).toMatchObject({ principal: context.principal, ipAddress: '192.0.2.1' });
  expect(() => context.em).toThrow('There is no database.');
  expect(() => context.rows).toThrow('There is no database.');
  context.renewUnitOfWork();
  expect(used).toEqual(['em', 'rows', 'renew']);
});

test('Its unit of work goes on for whoever signs in, and its context names who came', async () => {
  const { context, caller } = await begin();
  context.actAs({ kind: 'anonymous' });
  expect([caller.principal.kind, context.principal.kind]).toEqual(['anonymous', 'user']);
});

test('Its client waits until it is told otherwise, and is heard when it leaves', async () => {
  const request = requestOf();
  const { context, caller } = await begin(request);
  expect([context.isClientWaiting?.(), caller.isClientWaiting()]).toEqual([true, true]);
  context.setIsClientWaiting?.(() => false);
  expect([context.isClientWaiting?.(), caller.isClientWaiting()]).toEqual([false, false]);
  let hasLeft = false;
  context.onDisconnect?.(() => void (hasLeft = true));
  await once(request.socket.destroy(), 'close');
  expect(hasLeft).toBe(true);
});
