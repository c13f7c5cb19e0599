import { domainToASCII } from 'node:url';

/**
 * Normalises an e-mail to the form that is stored and compared: trimmed, NFKC, lower case, and its domain in ASCII, so
 * that all spellings of a domain are one (Unicode Technical Standard 46). What cannot be an e-mail may become the empty
 * text.
 */
export function normaliseEmail(text: string): string {
  if (text.length > maxLength) return '';
  const email = text.trim().normalize('NFKC').toLowerCase();
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  if (at === -1 || isAscii.test(domain)) return email;
  // It is read as the host of a URL is, in which these have a meaning.
  const ascii = /[%/?#:\\]/.test(domain) ? '' : domainToASCII(domain);
  return ascii === '' ? '' : `${email.slice(0, at)}@${ascii}`;
}

const isAscii = /^[\x21-\x7e]*$/;

/** RFC 5321 §4.5.3.1; looked at first, for what normalising a long text costs grows with its square. */
const maxLength = 320;

// No blanks, nothing that the header of a mail would read otherwise, and nothing that is not seen: control, format and
// half characters make two e-mails look like one. The domain is one of names, not of numbers.
const pattern = /^[^\s@\p{C}<>()[\]\\,;:"]{1,64}@(?=.{1,255}$)(?:[a-z\d_-]{1,63}\.)+(?!\d+$)[a-z\d-]{1,63}$/u;

/** The domain of closed accounts' e-mails, which no other account may have (RFC 2606 §2). */
export const closedDomain = '@closed.invalid';

const placeholderDomain = '@addressless.invalid';

/** Returns what stands for the e-mail of an account that has none; no mail is sent to it. */
export const placeholderEmail = (id: string): string => id + placeholderDomain;

/** Returns whether a normalised text can be an e-mail. Only a mail that arrives proves that it is one. */
export const isEmail = (normalised: string): boolean =>
  pattern.test(normalised) && !normalised.endsWith(closedDomain) && !normalised.endsWith(placeholderDomain);
