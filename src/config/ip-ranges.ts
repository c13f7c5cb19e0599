import { BlockList, isIP } from 'node:net';

/**
 * Returns a function that tells whether an address lies in any of the ranges; IPv4 written as IPv6 (`::ffff:192.0.2.1`)
 * counts as IPv4.
 */
export function createRangeCheck(ranges: readonly string[]): (address: string) => boolean {
  const block = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) block.addAddress(address, family);
    else block.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && block.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Tells whether a text is an address or a CIDR range, without a zone: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.1`. */
export function isRange(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
