/** An address as it is stored and compared: trimmed, NFKC, lower case. */
export const normaliseEmail = (text: string): string => text.trim().normalize('NFKC').toLowerCase();

const address = /^[^\s@\p{Cc}]{1,64}@(?=.{1,255}$)[^\s@.\p{Cc}]+(\.[^\s@.\p{Cc}]+)+$/u;

/** Whether a normalised text can be an address. Only a mail that arrives proves that it is one. */
export const isEmail = (normalised: string): boolean => address.test(normalised);
