import { domainToASCII } from 'node:url';

/**
 * Normalises an e-mail to the form that is stored and compared: trimmed, NFKC, lower case, and its domain in ASCII, so
 * that all spellings of a domain are one (Unicode Technical Standard 46). What cannot be an e-mail may become the empty
 * text.
 */
export function normaliseEmail(text: string): string {
  if (text.length > maxAddress) return '';
  const address = text.trim().normalize('NFKC').toLowerCase();
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (at === -1 || isAscii.test(domain)) return address;
  // It is read as the host of a URL is, in which these have a meaning.
  const ascii = /[%/?#:\\]/.test(domain) ? '' : domainToASCII(domain);
  return ascii === '' ? '' : `${address.slice(0, at)}@${ascii}`;
}

const isAscii = /^[\x21-\x7e]*$/;

/** RFC 5321 §4.5.3.1; looked at first, for what normalising a long text costs grows with its square. */
const maxAddress = 320;

// No blanks, nothing that the header of a mail would read otherwise, and nothing that is not seen: control, format and
// half characters make two e-mails look like one. The domain is one of names, not of numbers.
const address = /^[^\s@\p{C}<>()[\]\\,;:"]{1,64}@(?=.{1,255}$)(?:[a-z\d_-]{1,63}\.)+(?!\d+$)[a-z\d-]{1,63}$/u;

/** The domain of closed accounts' e-mails, which no other account may have (RFC 2606 §2). */
export const closedDomain = '@closed.invalid';

const addresslessDomain = '@addressless.invalid';

/** Returns what stands for the e-mail of an account that has none; no mail is sent to it. */
export const addressless = (id: string): string => id + addresslessDomain;

/** Returns whether a normalised text can be an e-mail. Only a mail that arrives proves that it is one. */
export const isEmail = (normalised: string): boolean =>
  address.test(normalised) && !normalised.endsWith(closedDomain) && !normalised.endsWith(addresslessDomain);
