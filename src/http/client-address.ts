import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Without the zone of a link-local IPv6 address (RFC 4007 §11), which has any length and names a link of the host's. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

/**
 * The address of the client: the peer's, or, where the peer is a trusted proxy, what `X-Forwarded-For` says, read
 * from the right up to the first address that is not trusted. An IPv4 address in IPv6 form counts as IPv4;
 * what is no address at all is not believed.
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => {
    const claimed = plain(proxyAddr(request, isTrusted) ?? '');
    return isIP(claimed) === 0 ? plain(request.socket.remoteAddress ?? '') : claimed;
  };
}
