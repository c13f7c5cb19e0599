/**
 * A value that is there already, or will be. Nothing of the engine makes a promise if a host's function made none.
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Recognises what graphql-js takes for a promise: anything with a `then`. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Goes on with a value: at once if it is there, so that no promise is made if a resolver returned none. */
export function mapMaybePromise<Value, Result>(
  value: MaybePromise<Value>,
  use: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return isPromiseLike(value) ? Promise.resolve<Value>(value).then(use) : use(value);
}

/** Returns an error as it is, and anything else that was thrown as the text of one. */
export function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Recognises a promise that must not be one, and handles its rejection, which would end the process otherwise. */
export function isUnwantedPromise(value: unknown): value is PromiseLike<unknown> {
  if (!isPromiseLike(value)) return false;
  value.then(undefined, () => undefined);
  return true;
}

/**
 * Reads what a function of the host answered to a question: only `true` allows, whatever the type system says.
 *
 * @throws TypeError for an answer that is neither yes nor no, such as a promise: to guess would be to allow
 */
export function isTrue(answer: unknown, question: string): boolean {
  if (typeof answer === 'boolean') return answer;
  if (answer === undefined || answer === null) return false;
  const kind = isUnwantedPromise(answer) ? 'a promise' : typeof answer;
  throw new TypeError(`${question} answered ${kind} instead of true or false.`);
}
