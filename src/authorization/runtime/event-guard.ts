import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { toError } from '../model/maybe-promise.ts';
import { denialOf } from './decisions.ts';
import type { EventRowsCheck } from './event-rows.ts';
import type { Args, Guard, Operation, Resolver } from './guard.ts';
import { assignOperation, beginOperation } from './operation.ts';
import type { ResultCheck } from './result-guard.ts';
import { refusedRow } from './value-guard.ts';

/** An event on its way from the source to its execution, with the rights under which it was admitted. */
class AdmittedEvent {
  readonly payload: unknown;
  readonly operation: Operation;
  /** The value that the field resolves to, if that had to be known ahead. */
  readonly resolved: { readonly value: unknown } | undefined;

  constructor(payload: unknown, operation: Operation, resolved: { readonly value: unknown } | undefined) {
    this.payload = payload;
    this.operation = operation;
    this.resolved = resolved;
  }
}

/** Decides on the events of a subscription field, each anew, by the principal of that moment. */
export interface EventGuard {
  readonly guard: Guard;
  readonly requirement: number;
  readonly resolve: Resolver;
  readonly check: ResultCheck | undefined;
  readonly checkBelow: EventRowsCheck | undefined;
}

type Subscriber = GraphQLFieldResolver<unknown, unknown, Args>;

/** Opens the source, and withholds the events whose row, or a row below it that may not be null, is refused. */
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

/** Filters a source. Not a generator: one that waits for the next event could not be told to stop. */
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
  { guard, requirement, resolve, check, checkBelow }: EventGuard,
  payload: unknown,
  args: Args,
  contextValue: unknown,
  info: GraphQLResolveInfo,
): Promise<AdmittedEvent | undefined> {
  const operation = beginOperation(guard, contextValue);
  // A subscriber that lost the right since then gets the error from the execution; nothing is resolved for it here.
  if ((check === undefined && checkBelow === undefined) || denialOf(operation, requirement) !== undefined) {
    return new AdmittedEvent(payload, operation, undefined);
  }
  const eventInfo = { ...info, variableValues: { ...info.variableValues }, rootValue: payload };
  assignOperation(guard, eventInfo, operation);
  try {
    const value = await resolve(payload, args, contextValue, eventInfo);
    const position = { operation, contextValue, info: eventInfo };
    const checked: unknown = check === undefined ? value : await check(value, position);
    if (checked === refusedRow || isEmptied(value, checked)) return undefined;
    if (checkBelow !== undefined && !(await checkBelow(checked, position))) return undefined;
    return new AdmittedEvent(payload, operation, { value: checked });
  } catch (error) {
    return new AdmittedEvent(payload, operation, { value: toError(error) });
  }
}

/** Tells whether a list has lost all its rows: an empty one would still tell that something happened. */
function isEmptied(list: unknown, checked: unknown): boolean {
  return Array.isArray(list) && list.length > 0 && Array.isArray(checked) && checked.length === 0;
}

/** Takes up the rights under which an event was admitted: the outermost layer of a subscription field's resolver. */
export function withEventRights(guard: Guard, resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    if (source instanceof AdmittedEvent) assignOperation(guard, info, source.operation);
    return resolve(source, args, contextValue, info);
  };
}

/** Returns the value that was resolved ahead, or resolves the bare event: the innermost layer. */
export function withEventValue(resolve: Resolver): Resolver {
  return (source, args, contextValue, info) => {
    if (!(source instanceof AdmittedEvent)) return resolve(source, args, contextValue, info);
    if (source.resolved !== undefined) return source.resolved.value;
    return resolve(source.payload, args, contextValue, info);
  };
}
