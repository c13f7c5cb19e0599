import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** The connection of a client with an IP address. */
class ConnectionOf extends Socket {
  override readonly remoteAddress: string | undefined;

  constructor(ipAddress: string | undefined) {
    super();
    this.remoteAddress = ipAddress;
  }
}

export interface RequestFacts {
  readonly method?: string;
  readonly url?: string;
  readonly httpVersion?: string;
  /** The lines of its head, in their order. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>;
  readonly peer?: string | undefined;
}

/** Makes a request as Node hands it over, without a network. Its body comes by `push`. */
export function requestOf({ method = 'GET', url = '/', headers = [], ...facts }: RequestFacts = {}): IncomingMessage {
  const request = new IncomingMessage(new ConnectionOf(facts.peer));
  const { httpVersion = '1.1' } = facts;
  // Of two lines Node shows the first.
  const shown = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value] as const).toReversed());
  return Object.assign(request, {
    complete: true,
    method,
    url,
    httpVersion,
    headers: shown,
    rawHeaders: headers.flat(),
  });
}
