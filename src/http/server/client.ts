import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { createRangeCheck } from '../../config/ip-ranges.ts';
import { withoutMisleading } from '../../request/input.ts';

/** Stands for the IP address of a client that its proxy does not name; it lies in no network. */
const unknownIpAddress = 'unknown';

/**
 * Finds the client's IP address: the peer's or, if the peer is a trusted proxy, the one in `X-Forwarded-For`, read from
 * the right up to the first that is not trusted. An entry that is no IP address, or is empty, is not trusted either,
 * and names no client.
 */
export function createClientIp(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = trustedProxies.length === 0 ? () => false : createRangeCheck(trustedProxies);
  const peers = new WeakMap<Socket, string>();

  function peerOf(socket: Socket): string {
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const ipAddress = ipAddressIn(socket.remoteAddress ?? '') ?? unknownIpAddress;
    peers.set(socket, ipAddress);
    return ipAddress;
  }

  return ({ headers, socket }) => {
    let ipAddress = peerOf(socket);
    if (!isTrusted(ipAddress)) return ipAddress;
    const list = (headers['x-forwarded-for'] ?? '').toString();
    const forwarded = list.trim() === '' ? [] : list.split(',');
    while (isTrusted(ipAddress)) {
      const entry = forwarded.pop();
      if (entry === undefined) break;
      ipAddress = ipAddressIn(entry.trim()) ?? unknownIpAddress;
    }
    return ipAddress;
  };
}

/**
 * An IP address: bare, with a port, in brackets with or without a port, or with the zone of a link (RFC 4007 §11).
 */
const entry =
  /^"?(?:\[([\da-f:.]+)(?:%[^\]]*)?\](?::\d{1,5})?|(\d+(?:\.\d+){3})(?::\d{1,5})?|([\da-f:.]+)(?:%.*)?)"?$/i;

/** Reads an IP address as proxies write it; null if there is none. An IPv4 address in IPv6 form counts as IPv4. */
function ipAddressIn(text: string): string | null {
  const [, bracketed, v4, v6] = entry.exec(text) ?? [];
  const ipAddress = (bracketed ?? v4 ?? v6 ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(ipAddress) === 0 ? null : ipAddress;
}

/** Lists the named networks, each a list of CIDR ranges, that contain an IP address. */
export function createNetworksOf(
  networks: Readonly<Record<string, readonly string[]>>,
): (ipAddress: string) => string[] {
  const checks = Object.entries(networks).map(([name, ranges]) => ({ name, contains: createRangeCheck(ranges) }));
  if (checks.length === 0) return () => [];
  return (ipAddress) => checks.filter(({ contains }) => contains(ipAddress)).map(({ name }) => name);
}

/** The length that sessions and the audit log keep. */
const maxUserAgentLength = 400;

/** Answers what a client calls itself, cut to the length that is kept, and with what would mislead a reader escaped. */
export function userAgentOf({ headers }: IncomingMessage): string | null {
  const told = headers['user-agent'];
  return told === undefined ? null : withoutMisleading(told.slice(0, maxUserAgentLength)).slice(0, maxUserAgentLength);
}
