import type { SignedIn, TestServer } from '../support/server.ts';

/** What shapes are tried on: a server with data, and somebody who is signed in. */
export interface World {
  readonly server: TestServer;
  readonly viewer: SignedIn;
  readonly editor: SignedIn;
}

/** What was made ready to be measured. */
export interface Attempt {
  /** Answers how many bytes came back. */
  readonly run: () => Promise<number>;
  readonly end?: () => void;
}

/** A way in which a client can make what it asks larger. */
export interface Shape {
  readonly name: string;
  /** The largest size that is tried: about as much as a limit lets through, or more. */
  readonly largest: number;
  readonly prepare: (world: World, size: number) => Attempt | Promise<Attempt>;
}

export interface SentRequest {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A shape of one HTTP request, which carries the credential of somebody who is signed in unless it says otherwise. */
export const request = (name: string, largest: number, make: (size: number) => SentRequest): Shape => ({
  name,
  largest,
  prepare({ server, viewer }, size) {
    const { path = '/graphql', method = 'POST', headers = {}, body = null } = make(size);
    const all = { 'content-type': 'application/json', authorization: `Bearer ${viewer.accessToken}`, ...headers };
    return {
      async run() {
        const response = await fetch(`${server.url}${path}`, { method, headers: all, body });
        return (await response.arrayBuffer()).byteLength;
      },
    };
  },
});

/** `count` texts, one behind the other. */
export const times = (count: number, text: (index: number) => string, between = ' '): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);
