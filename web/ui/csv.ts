/**
 * Writes rows as CSV (RFC 4180). What a spreadsheet would take for a formula, at the start of a cell or behind what some
 * take for the end of one, is preceded by an apostrophe (OWASP CSV Injection).
 */
export const csvOf = (rows: ReadonlyArray<readonly string[]>): string =>
  `${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;

function cellOf(text: string): string {
  const safe = text.replaceAll(/(^|[;,|\t\r\n])(?=[=+\-@＝＋－＠])|^(?=[\t\r])/g, "$1'");
  return /[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
