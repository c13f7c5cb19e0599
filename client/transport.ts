import { SallyportError, type GraphQLErrorAnswer, type ServerErrorCode } from './errors.ts';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLErrorAnswer[];
}

interface GraphQLRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request of GraphQL over HTTP. */
export function graphqlRequest(query: string, variables: unknown): GraphQLRequest {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  };
}

/** Sends a request. @throws NETWORK_FAILED if no answer came; what the caller itself aborts stays its own. */
export async function reach(fetch: Fetch, input: string | URL | Request, init: RequestInit): Promise<Response> {
  try {
    return await fetch(input, init);
  } catch (error) {
    const isAborted = init.signal?.aborted === true && !isTimeout(init.signal.reason);
    if (isAborted) throw error;
    throw new SallyportError('NETWORK_FAILED', 'The server could not be reached.', { cause: error });
  }
}

const isTimeout = (reason: unknown): boolean => (reason as { name?: unknown } | undefined)?.name === 'TimeoutError';

/**
 * Answers the data of an answer.
 * @throws SallyportError with the first code that the server told; BAD_ANSWER for what is not GraphQL, or half of it;
 * SERVICE_UNAVAILABLE for a proxy that says so in whatever form.
 */
export async function dataOf(response: Response): Promise<unknown> {
  const { status } = response;
  const retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined;
  const facts = { status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  const { answer, cause } = await readAnswer(response);
  if (answer === undefined && status >= 502 && status <= 504) {
    throw new SallyportError('SERVICE_UNAVAILABLE', 'The server cannot be reached at present.', facts);
  }
  if (answer === undefined) {
    throw new SallyportError('BAD_ANSWER', 'What was answered is not GraphQL, or was cut off.', { ...facts, cause });
  }
  const { data, errors } = answer;
  const [first] = errors ?? [];
  if (first === undefined) return data;
  throw new SallyportError(codeOf(first), first.message, {
    ...facts,
    data,
    ...(errors === undefined ? {} : { errors }),
  });
}

async function readAnswer(response: Response): Promise<{ answer?: GraphQLAnswer; cause?: unknown }> {
  try {
    const answer: unknown = JSON.parse(await response.text());
    return isAnswer(answer) ? { answer } : {};
  } catch (cause) {
    return { cause };
  }
}

function isAnswer(answer: unknown): answer is GraphQLAnswer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { data, errors } = answer as GraphQLAnswer;
  return Array.isArray(errors) ? errors.length > 0 : errors === undefined && typeof data === 'object' && data !== null;
}

const codeOf = ({ extensions }: GraphQLErrorAnswer): ServerErrorCode =>
  (extensions?.code ?? 'INTERNAL_SERVER_ERROR') as ServerErrorCode;

/**
 * Returns whether a request was refused for its credential before anything of it was executed, so that it can be sent
 * again.
 */
export async function isRefusedBeforehand(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const { answer } = await readAnswer(response.clone());
  return answer?.data === undefined && answer?.errors?.[0]?.extensions?.code === unauthenticated;
}

const unauthenticated: ServerErrorCode = 'UNAUTHENTICATED';
