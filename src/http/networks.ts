import { createRangeCheck } from '../ranges.ts';

/** Tells which of the named networks, each a list of CIDR ranges, an address lies in. */
export function createNetworksOf(networks: Readonly<Record<string, readonly string[]>>): (address: string) => string[] {
  const checks = Object.entries(networks).map(([name, ranges]) => ({ name, contains: createRangeCheck(ranges) }));
  return (address) => checks.filter(({ contains }) => contains(address)).map(({ name }) => name);
}
