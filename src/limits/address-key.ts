import ipaddr from 'ipaddr.js';

/**
 * What of an address is counted: an IPv4 address whole, of an IPv6 address its /64, which is what one subscriber has
 * (RFC 6177 §2). Something that is no address counts as itself.
 */
export function addressKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${parsed
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}
