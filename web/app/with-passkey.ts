/** Runs what asks the browser for a passkey. @throws Error that says in words why none was used. */
export async function withPasskey<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // The user has closed the dialog of the browser.
    if (cause instanceof DOMException) throw new Error('No passkey was used.', { cause });
    if (cause instanceof TypeError) throw new Error('This browser has no passkeys at this address.', { cause });
    throw cause;
  }
}
