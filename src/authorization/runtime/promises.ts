/** What graphql-js takes for a promise: anything with a `then`. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Goes on with a value: now, where it is there, so that no promise is made where a resolver returned none. */
export function proceed(value: unknown, use: (value: unknown) => unknown): unknown {
  return isPromiseLike(value) ? value.then((settled) => use(settled)) : use(value);
}

export function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
