import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** How a network lies between two: as it should; late; taking all and passing nothing on; or not there at all. */
export type Road = 'open' | 'slow' | 'stalled' | 'closed';

export interface Proxy {
  readonly port: number;
  /** Changes the road for what is under way and for what comes; `closed` resets every connection. */
  readonly set: (road: Road) => void;
  /** Connections that exist pass nothing any more, for ever; new ones go by the road as it is. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

const slowMs = 60;

/** A TCP proxy in front of a server on this machine, by which a test stands between it and whoever uses it. */
export async function openProxy(targetPort: number): Promise<Proxy> {
  let road: Road = 'open';
  let waiting: Array<() => void> = [];
  const pairs = new Set<Pair>();

  const passage = async (): Promise<void> => {
    if (road === 'slow') await setTimeout(slowMs);
    if (road === 'stalled') await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const server = createServer((near) => {
    if (road === 'closed') {
      near.resetAndDestroy();
      return;
    }
    const pair = join(near, connect(targetPort, '127.0.0.1'), passage);
    pairs.add(pair);
    near.once('close', () => pairs.delete(pair));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cutAll = (): void => {
    for (const pair of pairs) pair.cut();
  };
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      road = next;
      if (road === 'closed') cutAll();
      const passing = waiting;
      waiting = [];
      for (const pass of passing) pass();
    },
    forget() {
      for (const pair of pairs) pair.forget();
    },
    async close() {
      cutAll();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Pair {
  readonly cut: () => void;
  readonly forget: () => void;
}

/** Passes on what comes, in its order, as fast as the passage lets it. */
function join(near: Socket, far: Socket, passage: () => Promise<void>): Pair {
  let isForgotten = false;
  const pass = (from: Socket, to: Socket): void => {
    let passed = Promise.resolve();
    from.on('data', (chunk) => {
      passed = passed.then(passage).then(() => void (isForgotten || to.destroyed || to.write(chunk)));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => void (isForgotten || to.destroy()));
  };
  pass(near, far);
  pass(far, near);
  return {
    cut: () => (near.resetAndDestroy(), void far.destroy()),
    forget: () => void (isForgotten = true),
  };
}
