/**
 * Returns whether graphql-js takes a value for a promise: anything with a `then`. Text and numbers are told without
 * looking.
 */
export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  return typeof (value as { readonly then?: unknown }).then === 'function';
}

export type Answered = Record<string, unknown>;

const noPrototype: object | null = null;

/**
 * Makes an object without a prototype, as graphql-js answers them. `Object.create(null)` would make a dictionary, which
 * is slower to fill and much slower to print; a literal whose prototype is set to null is not one.
 */
export function emptyAnswer(): Answered {
  return { __proto__: noPrototype };
}

/** Waits for all values of an object at once; the keys keep their order. */
export function promiseForObject(object: Answered): Promise<Answered> {
  return Promise.all(Object.values(object)).then((values) => {
    const settled = emptyAnswer();
    for (const [index, key] of Object.keys(object).entries()) settled[key] = values[index];
    return settled;
  });
}
