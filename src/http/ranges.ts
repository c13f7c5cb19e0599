import { BlockList, isIP } from 'node:net';

/** Whether an address lies in any of the ranges; IPv4 written as IPv6 (`::ffff:192.0.2.1`) counts as IPv4. */
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
