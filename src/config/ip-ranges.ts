import { BlockList, isIP } from 'node:net';

/**
 * Returns a function that tells whether an IP address lies in any of the ranges; IPv4 written as IPv6
 * (`::ffff:192.0.2.1`) counts as IPv4.
 */
export function createRangeCheck(ranges: readonly string[]): (ipAddress: string) => boolean {
  const block = new BlockList();
  for (const range of ranges) {
    const [ipAddress = '', prefix] = range.split('/');
    const family = isIP(ipAddress) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) block.addAddress(ipAddress, family);
    else block.addSubnet(ipAddress, Number(prefix), family);
  }
  return (ipAddress) => {
    const family = isIP(ipAddress);
    return family !== 0 && block.check(ipAddress, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Tells whether a text is an IP address or a CIDR range without a zone: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.1`. */
export function isRange(range: string): boolean {
  const [ipAddress = '', prefix, ...rest] = range.split('/');
  const family = isIP(ipAddress);
  if (family === 0 || ipAddress.includes('%') || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
