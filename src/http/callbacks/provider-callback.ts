import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { createRequestContexts, type RequestContextDeps } from '../request-context.ts';
import { readFormBody } from '../server/body.ts';
import type { Handler } from '../server/server.ts';

export interface ProviderCallbackDeps extends RequestContextDeps {
  /** The parameters of the provider's answer that count. */
  readonly parameters: readonly string[];
  /** Ends the sign-in, and answers where the browser goes. */
  readonly answer: (context: RequestContext, parameters: Readonly<Record<string, string>>) => Promise<string>;
  /** The page that tells a person that an answer belongs to no sign-in; null if there are no pages. */
  readonly signInPage: string | null;
}

const maxLength = 4096;

/**
 * Creates the handler of the redirect URI to which a provider sends people back. An answer that comes as a form, from a
 * page of the provider, brings no cookies: it is repeated as a link of our own.
 */
export function createProviderCallback({ parameters, answer, signInPage, ...deps }: ProviderCallbackDeps): Handler {
  const contexts = createRequestContexts(deps);

  const take: Handler = async (request, response, requestId) => {
    const given = pick(parameters, await readAnswer(request));
    if (request.method === 'POST') {
      response.writeHead(303, { location: `?${new URLSearchParams(given).toString()}` }).end();
      return;
    }
    const cookies = contexts.openCookies(request, response, requestId);
    const context = await contexts.createAnonymous(request, { cookies, requestId });
    response.writeHead(303, { location: await answer(context, given) }).end();
  };

  return async (request, response, requestId) => {
    response.setHeader('cache-control', 'no-store');
    try {
      await take(request, response, requestId);
    } catch (error) {
      // Any other error is no matter of the sign-in: an outage, too many requests, a request that is malformed.
      if (!isOfNoSignIn(error) || signInPage === null) throw error;
      response.writeHead(303, { location: `${signInPage}?error=${error.code}` }).end();
    }
  };
}

/** Tells whether an answer belongs to no sign-in: the person who was led here with it can begin anew. */
const isOfNoSignIn = (error: unknown): error is AppError => error instanceof AppError && error.code === 'INVALID_GRANT';

async function readAnswer(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const { method, url = '' } = request;
  if (method === 'POST') return readFormBody(request);
  if (method === 'GET') return onlyOnce(new URLSearchParams(url.split('?').slice(1).join('?')));
  throw new AppError('BAD_REQUEST', 'A provider sends people here by GET or POST.', {
    httpStatus: 405,
    headers: { allow: 'GET, POST' },
  });
}

/** RFC 6749 §3.1: no parameter twice. */
function onlyOnce(pairs: URLSearchParams): ReadonlyMap<string, string> {
  const given = new Map(pairs);
  if (given.size === pairs.size) return given;
  throw new AppError('BAD_REQUEST', 'A parameter is given more than once.');
}

const pick = (names: readonly string[], given: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name);
      return value === undefined || value.length > maxLength ? [] : [[name, value]];
    }),
  );
