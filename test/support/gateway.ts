import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** What becomes of a request: passed on; answered otherwise; passed on, with the answer lost or cut in half. */
export type Fate =
  | 'pass'
  | 'lose the answer'
  | 'halve the answer'
  | 'refuse the connection'
  | 'answer HTML'
  | 'answer 503'
  | { readonly until: Promise<unknown> };

export interface Seen {
  readonly body: string;
  /** What the server answered, once it has. */
  status?: number;
}

export interface Gateway {
  readonly url: string;
  /** Every request for `/graphql` so far. */
  readonly seen: Seen[];
  /** How many of them asked for new tokens. */
  readonly refreshes: () => number;
  /** Names the server that requests are passed on to. */
  readonly lead: (serverUrl: string) => void;
  /** Decides what becomes of requests from now on. */
  readonly decide: (fate: (body: string) => Fate) => void;
  /** Serves a page, or a script, of the same origin. */
  readonly serve: (path: string, type: string, text: string) => void;
  readonly close: () => Promise<void>;
}

export const isRefresh = (body: string): boolean => body.includes('mutation Refresh');

/** Stands between clients and a server, as a proxy or a bad network does: on one origin with the pages of a test. */
export async function openGateway(): Promise<Gateway> {
  const files = new Map<string, { readonly type: string; readonly text: string }>();
  const seen: Seen[] = [];
  let target = '';
  let decide: (body: string) => Fate = () => 'pass';

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '' } = request;
    const file = files.get(path.split('?', 1)[0] ?? '');
    if (file !== undefined) return void response.setHeader('content-type', file.type).end(file.text);
    const body = await textOf(request);
    const one: Seen = { body };
    if (path.startsWith('/graphql') && request.method !== 'OPTIONS') seen.push(one);
    const fate = decide(body);
    if (fate === 'refuse the connection') return void response.destroy();
    if (fate === 'answer HTML') return void response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>');
    if (fate === 'answer 503')
      return void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Busy</h1>');
    if (typeof fate === 'object') await fate.until;
    const answer = await pass(new URL(path, target), request, body);
    one.status = answer.status;
    if (fate === 'lose the answer') return void response.destroy();
    response.writeHead(answer.status, answer.headers);
    if (fate !== 'halve the answer') return void response.end(answer.body);
    response.write(answer.body.subarray(0, answer.body.length / 2), () => response.destroy());
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    seen,
    refreshes: () => seen.filter(({ body }) => isRefresh(body)).length,
    lead: (serverUrl) => void (target = serverUrl),
    decide: (next) => void (decide = next),
    serve: (path, type, text) => void files.set(path, { type, text }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message) text += String(chunk);
  return text;
}

interface Passed {
  readonly status: number;
  readonly headers: string[];
  readonly body: Buffer;
}

async function pass(url: URL, { method, rawHeaders }: IncomingMessage, body: string): Promise<Passed> {
  const request = forward(url, { method, headers: withoutHost(rawHeaders), agent: false });
  request.end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 502, headers: answer.rawHeaders, body: Buffer.concat(chunks) };
}

function withoutHost(raw: readonly string[]): Record<string, string> {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? ''] as const] : []));
  return Object.fromEntries(pairs.filter(([name]) => name !== 'host' && name !== 'connection'));
}
