/** Whether an error is the system's, of this code; it may come of another realm, whose `Error` is another. */
export const isErrno = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
