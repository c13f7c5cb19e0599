import type { Digest, Pbkdf2Hash } from './pbkdf2-hash.ts';

const saltLengthAt = 9;
const saltAt = 13;
const v2 = { iterations: 1000, saltBytes: 16, hashBytes: 32 };
const digests: readonly Digest[] = ['sha1', 'sha256', 'sha512'];

/**
 * PBKDF2 as ASP.NET Core Identity writes it: base64 of a byte that names the version. Version 2 has fixed parameters;
 * version 3 tells the digest, the iterations and the length of the salt as 32-bit numbers.
 */
export function readAspNet(text: string): Pbkdf2Hash | null {
  if (!/^A[A-Za-z0-9+/]{43,}={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes[0] === 0 ? readVersion2(bytes) : bytes[0] === 1 ? readVersion3(bytes) : null;
}

function readVersion2(bytes: Buffer): Pbkdf2Hash | null {
  const { iterations, saltBytes, hashBytes } = v2;
  if (bytes.length !== 1 + saltBytes + hashBytes) return null;
  return { digest: 'sha1', iterations, salt: bytes.subarray(1, 1 + saltBytes), hash: bytes.subarray(1 + saltBytes) };
}

function readVersion3(bytes: Buffer): Pbkdf2Hash | null {
  const digest = digests[bytes.readUInt32BE(1)];
  const end = saltAt + bytes.readUInt32BE(saltLengthAt);
  if (digest === undefined || end >= bytes.length) return null;
  return { digest, iterations: bytes.readUInt32BE(5), salt: bytes.subarray(saltAt, end), hash: bytes.subarray(end) };
}
