/** An address as it is stored and compared: trimmed, NFKC, lower case. */
export const normaliseEmail = (text: string): string =>
  text.length > longestAddress ? '' : text.trim().normalize('NFKC').toLowerCase();

/** RFC 5321 §4.5.3.1; looked at first, for what normalising a long text costs grows with its square. */
const longestAddress = 320;

// No blanks, nothing that the header of a mail would read otherwise, and nothing that is not seen: control, format and
// half characters make two addresses look like one.
const address =
  /^[^\s@\p{C}<>()[\]\\,;:"]{1,64}@(?=.{1,255}$)[^\s@.\p{C}<>()[\]\\,;:"]+(\.[^\s@.\p{C}<>()[\]\\,;:"]+)+$/u;

/** Where the addresses of closed accounts lie, which nobody else may have (RFC 2606 §2). */
export const closedDomain = '@closed.invalid';

/** Whether a normalised text can be an address. Only a mail that arrives proves that it is one. */
export const isEmail = (normalised: string): boolean => address.test(normalised) && !normalised.endsWith(closedDomain);
