/** Returns the headers that every answer carries. */
export type AnswerHeaders = (requestId: string) => Readonly<Record<string, string>>;

/** The `permissions-policy` of pages: none of ours needs any of it, nor shall a script that got in. */
export const pagePermissions = 'camera=(), geolocation=(), microphone=(), payment=(), usb=()';

const year = 31_536_000;

/**
 * Creates the headers of every answer: an id by which it is found in the log, and what keeps a browser from using it as
 * anything but data (OWASP Secure Headers; ASVS 5.0 V3.4). With https, browsers are told to use nothing else.
 */
export function createAnswerHeaders({ isHttps }: { isHttps: boolean }): AnswerHeaders {
  const fixed = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(isHttps ? { 'strict-transport-security': `max-age=${2 * year}; includeSubDomains` } : {}),
  };
  return (requestId) => ({ 'x-request-id': requestId, ...fixed });
}
