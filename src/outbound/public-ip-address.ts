import ipaddr from 'ipaddr.js';

/**
 * Tells whether an IP address belongs to the public internet: not to this machine, a private or shared network, a link
 * (where clouds serve credentials to every process that asks), a tunnel that hides another one, or any other
 * special purpose (RFC 6890). IPv4 written as IPv6 counts as IPv4.
 */
export function isPublicIpAddress(ipAddress: string): boolean {
  if (!ipaddr.isValid(ipAddress)) return false;
  const parsed = ipaddr.process(ipAddress);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || isGlobal(parsed.toByteArray()));
}

/** Tells whether an IPv6 address is of `2000::/3`, all that is given out so far (RFC 4291 §2.4, IANA's registry). */
const isGlobal = ([first = 0]: readonly number[]): boolean => (first & 0xe0) === 0x20;
