import { AppError } from '../errors.ts';
import type { RequestScope } from '../request.ts';
import type { Kind, OfKind } from './announcement.ts';
import type { Bus } from './bus.ts';

/** The source of a subscription: what `load` makes of each announcement, for as long as the caller may listen. */
export type Feed = <K extends Kind, Row extends object>(
  scope: RequestScope,
  kind: K,
  load: (announcement: OfKind<K>) => Promise<Row | null>,
) => AsyncIterable<Row>;

/**
 * Before each delivery the caller's credential is looked at again, on the primary: a message that ended its session may
 * have been lost. What is not there any more, or is not for this caller, is passed over.
 */
export const createFeed = (bus: Pick<Bus, 'hear'>): Feed =>
  async function* feed(scope, kind, load) {
    const { live } = scope;
    if (live === undefined) throw new AppError('BAD_REQUEST', 'Subscriptions are served by graphql-transport-ws.');
    for await (const announcement of bus.hear(kind, live.signal)) {
      if (!(await live.renew())) return;
      const row = await load(announcement);
      if (row !== null) yield row;
    }
  };
