/** Writes an operation as it can be pasted into the explorer, with its variables in a comment below it. */
export function operationText(document: { toString(): string }, variables: object = {}): string {
  const text = `${document.toString().trim()}\n`;
  return Object.keys(variables).length === 0 ? text : `${text}\n# Variables: ${JSON.stringify(variables)}\n`;
}

/** Writes a command of the server's command line. */
export const commandText = (words: string): string => `npm run -s sallyport -- ${words}`;
