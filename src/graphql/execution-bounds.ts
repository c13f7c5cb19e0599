import { GraphQLError } from 'graphql';
import { AppError } from '../errors.ts';
import type { Bounds } from '../execution/index.ts';
import type { RequestContext } from '../request/context.ts';
import { tooLarge } from './answer-errors.ts';

const retryAfterSeconds = 5;

/** Returns the bounds in which each operation is executed. A character takes a byte at least. */
export const executionBounds = ({
  maxBytes,
  timeoutSeconds,
}: {
  readonly maxBytes: number;
  readonly timeoutSeconds: number;
}): Bounds => ({
  maxCharacters: maxBytes,
  tooLarge: () => tooLarge(maxBytes),
  timeLimitMs: timeoutSeconds * 1000,
  elapsedMs: (contextValue) => (contextValue as RequestContext).eventWork?.elapsedMs() ?? 0,
  timedOut: () => {
    const message = `The operation took longer than ${timeoutSeconds} seconds and was ended.`;
    const error = new AppError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds });
    return new GraphQLError(message, { originalError: error });
  },
  onDisconnect: (contextValue, left) => (contextValue as RequestContext).onDisconnect?.(left) ?? (() => undefined),
  onStart: (contextValue, isClientWaiting) => (contextValue as RequestContext).setIsClientWaiting?.(isClientWaiting),
});
