/** What every answer has: an id by which it is found in the log, and a type that nobody is to guess. */
export const answerHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  'x-request-id': requestId,
  'x-content-type-options': 'nosniff',
});
