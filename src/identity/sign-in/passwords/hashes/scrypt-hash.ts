import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { fromBase64, requireHash, requireRange, requireSalt, toBase64, type HashScheme } from './hash-scheme.ts';

/** The cost of scrypt (RFC 7914 §2), N as its binary logarithm. */
export interface ScryptCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

interface ScryptHash extends ScryptCost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
/** N·r: 256 MiB of memory. N·r·p: the work of four times the strongest that OWASP proposes. */
const ceilings = { logN: 20, r: 64, p: 16, memory: 2 ** 21, work: 2 ** 22 };

/**
 * scrypt as a PHC string, and as Kratos, Django, Werkzeug, better-auth, Lucia and the `$s0$` of Java's libraries write
 * it.
 */
export const readScrypt: HashScheme = (text) => {
  const found = readPhc(text) ?? readDjango(text) ?? readWerkzeug(text) ?? readHexPair(text) ?? readS0(text);
  if (found === null) return null;
  const { salt, hash } = found;
  requireScryptCost(found);
  requireSalt(salt);
  requireHash(hash);
  return {
    stored: `$scrypt$${costText(found)}$${toBase64(salt)}$${toBase64(hash)}`,
    matches: async (password) => timingSafeEqual(await deriveKey(password, salt, found, hash.length), hash),
  };
};

/** @throws UnfitHashError beyond what is computed here in memory and time. */
export function requireScryptCost({ logN, r, p }: ScryptCost): void {
  requireRange('cost (log2 of N)', logN, 1, ceilings.logN);
  requireRange('block size (r)', r, 1, ceilings.r);
  requireRange('parallelism (p)', p, 1, ceilings.p);
  requireRange('memory (N·r)', 2 ** logN * r, 1, ceilings.memory);
  requireRange('work (N·r·p)', 2 ** logN * r * p, 1, ceilings.work);
}

export const costText = ({ logN, r, p }: ScryptCost): string => `ln=${logN},r=${r},p=${p}`;

export function deriveKey(password: string, salt: Buffer, { logN, r, p }: ScryptCost, length: number): Promise<Buffer> {
  const blocks = 2 ** logN + p + 2;
  return derive(password, salt, length, { N: 2 ** logN, r, p, maxmem: 128 * r * blocks + 2 ** 20 });
}

function readPhc(text: string): ScryptHash | null {
  const [all, ln, r, p, salt = '', hash = ''] =
    /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  return { logN: logOfCost(Number(ln)), r: Number(r), p: Number(p), salt: fromBase64(salt), hash: fromBase64(hash) };
}

/** Ory Kratos writes N itself as `ln`: no N is as small as its logarithm. */
const logOfCost = (ln: number): number => (ln > 64 ? Math.log2(ln) : ln);

/** better-auth and Lucia (`s2:` before version 3): the salt is the text of its hexadecimal digits. */
function readHexPair(text: string): ScryptHash | null {
  const [all, salt = '', hash = ''] = /^(?:s2:)?([0-9a-f]{32}):([0-9a-f]{128})$/.exec(text) ?? [];
  if (all === undefined) return null;
  return { logN: 14, r: 16, p: 1, salt: Buffer.from(salt), hash: Buffer.from(hash, 'hex') };
}

function readDjango(text: string): ScryptHash | null {
  const [all, n, salt = '', r, p, hash = ''] = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([^$]+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  return { logN: Math.log2(Number(n)), r: Number(r), p: Number(p), salt: Buffer.from(salt), hash: fromBase64(hash) };
}

function readWerkzeug(text: string): ScryptHash | null {
  const [all, n, r, p, salt = '', hash = ''] =
    /^scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$((?:[0-9a-f]{2})+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  return {
    logN: Math.log2(Number(n)),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt),
    hash: Buffer.from(hash, 'hex'),
  };
}

/** One hexadecimal number: log2 of N, then one byte each of r and p. */
function readS0(text: string): ScryptHash | null {
  const [all, cost = '', salt = '', hash = ''] = /^\$s0\$([0-9a-f]{5,6})\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  if (all === undefined) return null;
  const packed = Number.parseInt(cost, 16);
  return {
    logN: packed >> 16,
    r: (packed >> 8) & 0xff,
    p: packed & 0xff,
    salt: fromBase64(salt),
    hash: fromBase64(hash),
  };
}
