/** Quotes a text for a shell (POSIX, 2.2.2): nothing in it is run. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
