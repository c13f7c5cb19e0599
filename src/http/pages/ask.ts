import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors.ts';
import type { GraphQLRequest, RequestContext } from '../../request/context.ts';
import type { CookieJar, SallyportCookie } from '../../request/cookie-jar.ts';
import type { createRequestContexts } from '../request-context.ts';
import { Refresh, type TypedDocumentString } from './generated/documents.ts';
import { Refusal, type ApiError } from './refusal.ts';

/**
 * Executes an operation of the public schema with the cookies of the page, as any client could: pages have no rights
 * but their user's, and repeat no rule.
 * @throws Refusal with the first error of the answer.
 */
export type Ask = <Result, Variables extends object>(
  document: TypedDocumentString<Result, Variables>,
  ...variables: Record<string, never> extends Variables ? [] : [Variables]
) => Promise<Result>;

export interface AskDeps {
  readonly contexts: ReturnType<typeof createRequestContexts>;
  readonly execute: (request: GraphQLRequest, context: RequestContext) => Promise<{ readonly body: string }>;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly ApiError[];
}

/** Creates the way from a page's request to the API. It renews an access token that has expired, once. */
export function createAsk(
  { contexts, execute }: AskDeps,
  request: IncomingMessage,
  jar: CookieJar,
  requestId: string,
): Ask {
  const cookies = withLatest(jar);
  const credential = { authorization: undefined, apiKey: undefined, queryKey: undefined };

  async function openContext(): Promise<RequestContext> {
    // Each operation has a jar of its own, which is what the server tells requests apart by.
    const facts = { cookies: { ...cookies }, credential, requestId };
    try {
      return await contexts.create(request, facts);
    } catch (error) {
      // Its cookie was forged and is taken back by now: the caller is anonymous from here on.
      if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') throw error;
      return contexts.create(request, facts);
    }
  }

  async function send(document: string, variables: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    const body = { query: document, variables };
    const answer = await execute({ method: 'POST', headers, search: '', body }, await openContext());
    return JSON.parse(answer.body) as Answer;
  }

  return async <Result, Variables extends object>(
    document: TypedDocumentString<Result, Variables>,
    variables: object = {},
  ) => {
    let answer = await send(String(document), variables);
    if (hasExpired(answer) && cookies.get('refresh') !== undefined) {
      await send(String(Refresh), {});
      answer = await send(String(document), variables);
    }
    const [error] = answer.errors ?? [];
    if (error !== undefined) throw new Refusal(error);
    return answer.data as Result;
  };
}

const hasExpired = ({ errors = [] }: Answer): boolean =>
  errors.some(({ extensions }) => extensions.reason === 'EXPIRED');

/** Lets what one operation of a request sets be read by the next. The form's own check allowed cookies by now. */
function withLatest(jar: CookieJar): CookieJar {
  const latest = new Map<SallyportCookie, string | undefined>();
  return {
    originAllowed: true,
    noteForeignOrigin: () => undefined,
    get: (name) => (latest.has(name) ? latest.get(name) : jar.get(name)),
    set(name, value, maxAgeSeconds) {
      latest.set(name, value);
      jar.set(name, value, maxAgeSeconds);
    },
    clear(name) {
      latest.set(name, undefined);
      jar.clear(name);
    },
  };
}
