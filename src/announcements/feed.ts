import { AppError } from '../errors.ts';
import type { RequestScope } from '../request.ts';
import type { Kind, OfKind, Topic } from './announcement.ts';
import type { Bus } from './bus.ts';

/** The source of a subscription: what `load` makes of each announcement, for as long as the caller may listen. */
export type Feed = <K extends Kind, Row extends object>(
  scope: RequestScope,
  topic: Topic<K>,
  load: (announcement: OfKind<K>) => Promise<Row | null>,
) => AsyncIterable<Row>;

/**
 * Before each delivery the caller's credential is looked at again, on the primary: a message that ended its session may
 * have been lost. What is not there any more is passed over. Written out, because a generator that waits for the next
 * announcement could not be told to stop.
 */
export const createFeed =
  (bus: Pick<Bus, 'hear'>): Feed =>
  (scope, topic, load) => {
    const { live } = scope;
    if (live === undefined) throw new AppError('BAD_REQUEST', 'Subscriptions are served by graphql-transport-ws.');
    return {
      [Symbol.asyncIterator]() {
        const heard = bus.hear(topic);
        return {
          async next() {
            for (;;) {
              const { done, value } = await heard.next();
              if (done === true || !(await live.renew())) return heard.return();
              const row = await load(value);
              if (row !== null) return { done: false, value: row };
            }
          },
          return: () => heard.return(),
        };
      },
    };
  };
