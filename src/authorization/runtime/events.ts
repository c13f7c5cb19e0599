import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { Args, Guard, Resolver } from './guard.ts';
import { assignOperation, beginOperation, denialOf } from './operation.ts';
import type { Operation } from './operation.ts';
import { toError } from './promises.ts';
import { REFUSED } from './refused.ts';
import type { ResultCheck } from './result-guard.ts';

/** An event on its way from the source to its execution, with the rights under which it was admitted. */
class AdmittedEvent {
  readonly payload: unknown;
  readonly operation: Operation;
  /** What the field resolves to, where that had to be known ahead. */
  readonly resolved: { readonly value: unknown } | undefined;

  constructor(payload: unknown, operation: Operation, resolved: { readonly value: unknown } | undefined) {
    this.payload = payload;
    this.operation = operation;
    this.resolved = resolved;
  }
}

/** The source of a guarded subscription field: each event is judged anew, by the principal of now. */
export interface EventGuard {
  readonly guard: Guard;
  readonly requirement: number;
  readonly resolve: Resolver;
  readonly check: ResultCheck | undefined;
}

type Subscriber = GraphQLFieldResolver<unknown, unknown, Args>;

/** Opens the source, and withholds from it the events whose row is refused. */
export function withAdmittedEvents(eventGuard: EventGuard, subscribe: Resolver): Subscriber {
  return async (source, args, contextValue, info) => {
    const stream: unknown = await subscribe(source, args, contextValue, info);
    if (!isAsyncIterable(stream)) return stream;
    const admit = (payload: unknown) => admitEvent(eventGuard, payload, args, contextValue, info);
    return admittedEvents(stream[Symbol.asyncIterator](), admit);
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Written out, because a generator that waits for the next event could not be told to stop. */
function admittedEvents(
  source: AsyncIterator<unknown>,
  admit: (payload: unknown) => Promise<AdmittedEvent | undefined>,
): AsyncIterableIterator<unknown> {
  const next = async (): Promise<IteratorResult<unknown, unknown>> => {
    for (;;) {
      // eslint-disable-next-line no-await-in-loop
      const event = await source.next();
      if (event.done === true) return event;
      // eslint-disable-next-line no-await-in-loop
      const admitted = await admit(event.value);
      if (admitted !== undefined) return { done: false, value: admitted };
    }
  };
  return {
    next,
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    throw: async (error: unknown) => {
      if (source.throw === undefined) throw error;
      return source.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function admitEvent(
  { guard, requirement, resolve, check }: EventGuard,
  payload: unknown,
  args: Args,
  contextValue: unknown,
  info: GraphQLResolveInfo,
): Promise<AdmittedEvent | undefined> {
  const operation = beginOperation(guard, contextValue);
  // Whoever lost the right since then gets the event's error from the execution; nothing is resolved for it here.
  if (check === undefined || denialOf(operation, requirement) !== undefined) {
    return new AdmittedEvent(payload, operation, undefined);
  }
  const eventInfo = { ...info, variableValues: { ...info.variableValues }, rootValue: payload };
  assignOperation(guard, eventInfo, operation);
  try {
    const value = await resolve(payload, args, contextValue, eventInfo);
    const checked: unknown = await check(value, { operation, contextValue, info: eventInfo });
    return checked === REFUSED ? undefined : new AdmittedEvent(payload, operation, { value: checked });
  } catch (error) {
    return new AdmittedEvent(payload, operation, { value: toError(error) });
  }
}

/** The outermost layer of a subscription field's resolver: takes up the rights under which the event was admitted. */
export function withEventRights(guard: Guard, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    if (source instanceof AdmittedEvent) assignOperation(guard, info, source.operation);
    return resolve(source, args, contextValue, info);
  };
}

/** The innermost layer: the value that was resolved ahead, or the resolver on the bare event. */
export function withEventValue(resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    if (!(source instanceof AdmittedEvent)) return resolve(source, args, contextValue, info);
    if (source.resolved !== undefined) return source.resolved.value;
    return resolve(source.payload, args, contextValue, info);
  };
}
