import ipaddr from 'ipaddr.js';
import { isIPv4 } from 'node:net';

/** A range of IP addresses that counts as one caller. */
export interface IpLevel {
  readonly key: string;
  /** The budget of the whole range, as a multiple of the budget of one IP address. */
  readonly factor: number;
}

/**
 * One subscriber has a /64 at least (RFC 6177 §2), commonly a /56 and at a site a /48: each counts as one caller, the
 * wider with a larger budget, so that many IP addresses of one network do not add up to many budgets.
 */
const levels = [
  { prefixBits: 64, factor: 1 },
  { prefixBits: 56, factor: 2 },
  { prefixBits: 48, factor: 4 },
];

/**
 * Lists the ranges that an IP address counts in, the narrowest first: an IPv4 address by itself, an IPv6 address with
 * its /64, /56 and /48. A text that is no IP address counts as itself.
 */
export function ipLevels(ipAddress: string): readonly IpLevel[] {
  // The common cases: an IPv4 address in its one spelling, and an account, whose blank is in no IP address.
  if (isIPv4(ipAddress) || ipAddress.includes(' ')) return [{ key: ipAddress, factor: 1 }];
  if (!ipaddr.isValid(ipAddress)) return [{ key: ipAddress, factor: 1 }];
  const parsed = ipaddr.process(ipAddress);
  if (parsed.kind() === 'ipv4') return [{ key: parsed.toString(), factor: 1 }];
  const hex = Buffer.from(parsed.toByteArray()).toString('hex');
  return levels.map(({ prefixBits, factor }) => ({ key: `${hex.slice(0, prefixBits / 4)}/${prefixBits}`, factor }));
}

/** Answers the narrowest range that an IP address counts in. */
export const ipKey = (ipAddress: string): string => ipLevels(ipAddress)[0]?.key ?? ipAddress;
