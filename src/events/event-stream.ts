import { AppError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import type { Kind, OfKind, Topic } from './event.ts';
import type { Events } from './open-events.ts';

/** Creates the source of a subscription: the row that `load` finds for each event, while the credential counts. */
export type EventStream = <K extends Kind, Row extends object>(
  context: Pick<RequestContext, 'eventWork' | 'subscriptionCredential'>,
  topic: Topic<K>,
  load: (event: OfKind<K>) => Promise<Row | null>,
) => AsyncIterable<Row>;

/**
 * Checks the caller's credential again before each delivery, on the primary: the event that its session ended may have
 * been lost. An event whose row is gone is passed over. The iterator is written out, since a generator that waits for
 * the next event cannot be told to stop.
 */
export const createEventStream =
  (events: Pick<Events, 'subscribe'>): EventStream =>
  (context, topic, load) => {
    const { eventWork, subscriptionCredential } = context;
    if (subscriptionCredential === undefined)
      throw new AppError('BAD_REQUEST', 'Send subscriptions by WebSocket, with the subprotocol graphql-transport-ws.');
    return {
      [Symbol.asyncIterator]() {
        const subscription = events.subscribe(topic);
        return {
          async next() {
            for (;;) {
              eventWork?.rest();
              const { done, value } = await subscription.next();
              if (done === true || !(await subscriptionCredential.renew(value))) return subscription.return();
              const row = await load(value);
              if (row !== null) return { done: false, value: row };
            }
          },
          return: () => subscription.return(),
        };
      },
    };
  };
