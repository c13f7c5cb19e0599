import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Answer } from './client.ts';

export type Result = Answer['body'];

/** A subscription under way. */
export interface Followed {
  readonly received: readonly Result[];
  readonly stop: () => void;
}

/** An example, running, under whatever transport it speaks. `as` names one of its people. */
export interface Example {
  readonly ask: (query: string, as?: string) => Promise<Result>;
  readonly follow: (query: string, as?: string) => Promise<Followed>;
  readonly stop: () => Promise<void>;
}

type Follow = (url: string, query: string, headers: Record<string, string>) => Promise<Followed>;

const examples = new URL('../../examples/', import.meta.url);

/** Runs an example as a reader would, from the source of the engine. */
function run(file: string, args: readonly string[], imported?: string): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [
    '--conditions=sallyport-source',
    '--disable-warning=ExperimentalWarning',
    ...(imported === undefined ? [] : ['--import', new URL(imported, examples).href]),
    new URL(file, examples).pathname,
    ...args,
  ]);
  child.stderr.pipe(process.stderr);
  return child;
}

async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

/** An example that listens on a port and prints its URL. */
export async function startHttpExample(name: string, follow: Follow, ...args: string[]): Promise<Example> {
  const child = run(`${name}/server.ts`, ['0', ...args]);
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    async ask(query, as) {
      const headers = { 'content-type': 'application/json', ...credentials(as) };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return (await response.json()) as Result;
    },
    follow: (query, as) => follow(url, query, credentials(as)),
    stop: () => stop(child),
  };
}

const credentials = (as?: string): Record<string, string> =>
  as === undefined ? {} : { authorization: `Bearer ${as}` };

/**
 * An example that reads requests from its standard input, one in each line, and answers by their ids.
 * @param imported a module that Node loads before
 */
export async function startLinesExample(file: string, imported?: string): Promise<Example> {
  const child = run(file, [], imported);
  const answered = new Map<number, (result: Result) => void>();
  let requests = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...result } = JSON.parse(line) as Result & { id: number };
    answered.get(id)?.(result);
  });

  function send(query: string, as: string | undefined, onAnswer: (result: Result) => void): void {
    requests += 1;
    answered.set(requests, onAnswer);
    child.stdin.write(`${JSON.stringify({ id: requests, token: credentials(as)['authorization'], query })}\n`);
  }

  return {
    ask: (query, as) =>
      new Promise((resolve) => {
        send(query, as, resolve);
      }),
    async follow(query, as) {
      const received: Result[] = [];
      send(query, as, (result) => void received.push(result));
      return { received, stop: () => undefined };
    },
    stop: () => stop(child),
  };
}

/** GraphQL over server-sent events, each with its data in one line. */
export const followEvents: Follow = async (url, query, headers) => {
  const aborted = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
    signal: aborted.signal,
  });
  const received: Result[] = [];
  void readLines(response, (line) => {
    const data = /^data: (?<json>\{.*)$/.exec(line)?.groups?.['json'];
    if (data !== undefined) received.push(JSON.parse(data) as Result);
  }).catch(() => undefined);
  return { received, stop: () => aborted.abort() };
};

async function readLines(response: Response, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  }
}

interface Message {
  readonly type: string;
  readonly payload?: unknown;
}

/** GraphQL over WebSocket, by the protocol `graphql-transport-ws`; the client claims to be somebody else. */
export const followSocket: Follow = async (url, query, headers) => {
  const socket = new WebSocket(url.replace('http', 'ws'), { protocols: ['graphql-transport-ws'], headers });
  const received: Result[] = [];
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.addEventListener('open', () => send({ type: 'connection_init', payload: { authorization: 'Bearer eve' } }));
  socket.addEventListener('message', ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as Message;
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: { query } });
    if (type === 'next') received.push(payload as Result);
    if (type === 'error') received.push({ errors: payload as NonNullable<Result['errors']> });
  });
  await once(socket, 'open');
  return { received, stop: () => socket.close() };
};

export const followNothing: Follow = async () => {
  throw new Error('This example has no subscriptions.');
};
