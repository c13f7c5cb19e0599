import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';

/**
 * The address of the client: the peer's, or, where the peer is a trusted proxy, what `X-Forwarded-For` says, read
 * from the right up to the first address that is not trusted. An IPv4 address in IPv6 form counts as IPv4.
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => (proxyAddr(request, isTrusted) ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}
