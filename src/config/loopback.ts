/** Tells whether a host is this machine itself, as a URL or a setting writes it. */
export const isLoopback = (host: string): boolean =>
  /^(localhost\.?|.+\.localhost\.?|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
