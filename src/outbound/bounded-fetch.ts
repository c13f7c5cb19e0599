import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopback } from '../config/loopback.ts';
import { isPublicIpAddress } from './public-ip-address.ts';

export interface BoundedFetchOptions {
  /** An answer with a larger body is refused. */
  readonly maxBytes: number;
  /** The time for everything together: the name, the connection, the answer to its last byte. */
  readonly timeoutMs: number;
  /** Reaches IP addresses that are not public, and loopback by `http:`: in development alone. */
  readonly allowPrivate: boolean;
}

export interface BoundedRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestInit['body'];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request and answers with its whole body, whatever its status below 300 or from 400 on.
 * @throws OutboundError if it could not be sent, or if the answer exceeds a bound.
 */
export type BoundedFetch = (url: string, init?: BoundedRequest) => Promise<Response>;

/** Why a request to another server came to nothing; no text of that server is part of it. */
export type OutboundProblem =
  | 'malformed_url'
  | 'plain_http'
  | 'not_public'
  | 'redirect'
  | 'too_large'
  | 'timeout'
  | 'unreachable'
  | 'malformed_answer';

export class OutboundError extends Error {
  readonly problem: OutboundProblem;

  constructor(problem: OutboundProblem, host: string, cause?: unknown) {
    super(`The request to ${host} failed: ${problem}.`, { cause });
    this.name = 'OutboundError';
    this.problem = problem;
  }
}

/** Returns a `fetch` that no other server can hold up, flood, or lead elsewhere. */
export function createBoundedFetch({ maxBytes, timeoutMs, allowPrivate }: BoundedFetchOptions): BoundedFetch {
  return async (text, init = {}) => {
    const url = requireUrl(text, allowPrivate);
    const { host } = url;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = init.signal === undefined ? deadline : AbortSignal.any([deadline, init.signal]);
    try {
      const body = Buffer.from(await new Response(init.body ?? null).arrayBuffer());
      const request = open(url, { ...init, signal, lookup: createLookup(host, allowPrivate) });
      // Giving up may end a request that is waited for no longer.
      request.on('error', () => undefined);
      request.end(body);
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      return await responseOf(answer, host, maxBytes);
    } catch (error) {
      if (deadline.aborted) throw new OutboundError('timeout', host, error);
      if (error instanceof OutboundError || init.signal?.aborted === true) throw error;
      throw new OutboundError('unreachable', host, error);
    }
  };
}

/** A name is judged by what it resolves to, by `createLookup`; an IP address stands in the URL itself. */
function requireUrl(text: string, allowPrivate: boolean): URL {
  const url = URL.parse(text);
  if (url === null) throw new OutboundError('malformed_url', 'a text that is no URL');
  const isPlain = url.protocol === 'http:' && allowPrivate && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !isPlain) throw new OutboundError('plain_http', url.host);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !allowPrivate && !isPublicIpAddress(literal))
    throw new OutboundError('not_public', url.host);
  return url;
}

interface OpenOptions extends BoundedRequest {
  readonly signal: AbortSignal;
  readonly lookup: LookupFunction;
}

/** Uses a connection of its own: what another server keeps open is nothing that a later request could meet. */
function open(url: URL, { method = 'GET', headers, signal, lookup }: OpenOptions): ClientRequest {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return send(url, { method, headers: { ...headers, 'accept-encoding': 'identity' }, signal, lookup, agent: false });
}

/**
 * Resolves a name once, for the connection itself: a name server cannot answer a check with one IP address and the
 * connection with another. One that is not public refuses the name.
 */
const createLookup =
  (host: string, allowPrivate: boolean): LookupFunction =>
  (name, options, done) => {
    resolveName(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      const isAllowed = allowPrivate || addresses.every(({ address }) => isPublicIpAddress(address));
      if (!isAllowed) return done(new OutboundError('not_public', host), '', 0);
      answerLookup(addresses, options.all === true, done);
    });
  };

function answerLookup(addresses: LookupAddress[], isListAsked: boolean, done: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (isListAsked || first === undefined) done(null, addresses);
  else done(null, first.address, first.family);
}

/** Statuses whose answers have no body (Fetch §2.2.3). */
const bodiless: ReadonlySet<number> = new Set([204, 205]);

async function responseOf(answer: IncomingMessage, host: string, maxBytes: number): Promise<Response> {
  const { statusCode: status = 0, rawHeaders } = answer;
  try {
    if (status >= 300 && status < 400) throw new OutboundError('redirect', host);
    const body = await readBody(answer, host, maxBytes);
    return new Response(bodiless.has(status) ? null : new Uint8Array(body), { status, headers: pairsOf(rawHeaders) });
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError)
      throw new OutboundError('malformed_answer', host, error);
    throw error;
  } finally {
    answer.destroy();
  }
}

async function readBody(answer: IncomingMessage, host: string, maxBytes: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw new OutboundError('too_large', host);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new OutboundError('too_large', host);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const pairsOf = (raw: readonly string[]): Array<[string, string]> =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : [])) as Array<[string, string]>;
