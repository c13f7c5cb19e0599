import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AppError } from '../../src/errors.ts';
import { createProviderCallback } from '../../src/http/callbacks/provider-callback.ts';
import { knownCallers } from '../support/request-context-deps.ts';
import { serveRoutes, type ServedRoutes } from '../support/serve-routes.ts';

const { deps, presented } = knownCallers();
const answers: unknown[] = [];
let answered: () => Promise<string>;
beforeEach(() => {
  answers.length = 0;
  presented.length = 0;
  answered = () => Promise.resolve('https://app.example/done');
});

let served: ServedRoutes;
beforeAll(async () => {
  const callback = (signInPage: string | null) =>
    createProviderCallback({
      ...deps,
      parameters: ['code', 'state'],
      signInPage,
      answer: ({ principal, cookies }, parameters) => {
        answers.push([principal.kind, cookies.get('external-login'), parameters]);
        return answered();
      },
    });
  served = await serveRoutes({ '/callback': callback('https://api.example/sign-in'), '/bare': callback(null) });
});
afterAll(() => served.stop());

const visit = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(served.url + path, { redirect: 'manual', ...init });
const posted = (body: string): RequestInit => ({ method: 'POST', body: new URLSearchParams(body) });
const whereTo = ({ status, headers }: Response): unknown[] => [status, headers.get('location')];

test('A provider’s answer is passed on with its cookies, for nobody who is signed in, and leads on', async () => {
  const cookie = 'sallyport-external-login=begun; sallyport-access=cookie';
  const response = await visit('/callback?code=c&state=s?t&other=x', {
    headers: { cookie, authorization: 'Bearer good' },
  });
  expect(whereTo(response)).toEqual([303, 'https://app.example/done']);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(answers).toEqual([['anonymous', 'begun', { code: 'c', state: 's?t' }]]);
  expect(presented).toMatchObject([{ authorization: undefined, apiKey: undefined, queryKey: undefined, cookies: {} }]);
});

test('An answer that comes as a form is repeated as a link of our own, and not acted on', async () => {
  const response = await visit('/callback', posted('code=c+d&state=s&other=x'));
  expect(whereTo(response)).toEqual([303, '?code=c+d&state=s']);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(answers).toEqual([]);
});

test('A parameter that is too long is none', async () => {
  await visit(`/callback?code=${'x'.repeat(4096)}`);
  await visit(`/callback?code=${'x'.repeat(4097)}`);
  expect(answers).toEqual([
    ['anonymous', undefined, { code: 'x'.repeat(4096) }],
    ['anonymous', undefined, {}],
  ]);
});

test.each([
  ['with a parameter twice', '/callback?code=c&code=c', {}, 400],
  ['as a form with a parameter twice', '/callback', posted('code=c&code=c'), 400],
  ['by another method', '/callback?code=c', { method: 'PUT' }, 405],
])('An answer %s is refused', async (_, path, init, status) => {
  const response = await visit(path, init);
  expect([response.status, response.headers.get('allow')]).toEqual([status, status === 405 ? 'GET, POST' : null]);
  expect(answers).toEqual([]);
});

test('An answer that belongs to no sign-in leads to the page where one begins, if there is one', async () => {
  answered = () => Promise.reject(new AppError('INVALID_GRANT', 'Begin anew.'));
  expect(whereTo(await visit('/callback?code=c'))).toEqual([303, 'https://api.example/sign-in?error=INVALID_GRANT']);
  expect(whereTo(await visit('/bare?code=c'))).toEqual([400, null]);
});

test.each([
  new AppError('RATE_LIMITED', 'Later.'),
  Object.assign(new Error('of somebody else'), { code: 'INVALID_GRANT' }),
])('Any other error is answered as it is: %s', async (thrown) => {
  answered = () => Promise.reject(thrown);
  expect(whereTo(await visit('/callback?code=c'))).toEqual([thrown instanceof AppError ? 429 : 500, null]);
});
