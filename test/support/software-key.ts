import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What a response says besides the truth; every part can be forged. */
export interface Forgery {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly isUserVerified?: boolean;
  /** Of a key that is synced: whether there is a copy of it at the moment. */
  readonly isBackedUp?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  readonly credentialId?: string;
  readonly isSigned?: boolean;
}

interface CreationOptions {
  readonly challenge: string;
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
}

const flag = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

/** An authenticator in software (WebAuthn Level 3, §6): makes a key and answers as a security key does. */
export function createSoftwareKey({ isSynced = false, countsUses = true } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  let userHandle: string | null = null;
  let counter = 0;

  function authenticatorData(forgery: Forgery, further: number, attested: Buffer = Buffer.alloc(0)): Buffer {
    const { rpId = 'localhost', isUserVerified = true, isBackedUp = isSynced } = forgery;
    if (countsUses) counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(forgery.counter ?? counter);
    const synced = (isSynced ? flag.backupEligible : 0) | (isBackedUp ? flag.backedUp : 0);
    const flags = flag.userPresent | (isUserVerified ? flag.userVerified : 0) | synced | further;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested]);
  }

  const clientData = (type: string, challenge: string, forgery: Forgery): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: forgery.type ?? type,
        challenge: forgery.challenge ?? challenge,
        origin: forgery.origin ?? 'http://localhost:4000',
        crossOrigin: false,
      }),
    );

  /** Answers `navigator.credentials.create`. */
  function create({ challenge, user }: CreationOptions, forgery: Forgery = {}) {
    userHandle = user.id;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const coseKey = cborMap([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(credentialId.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey]);
    const attestationObject = cborMap([
      ['fmt', 'none'],
      ['attStmt', null],
      ['authData', authenticatorData(forgery, flag.attested, attested)],
    ]);
    return response({
      clientDataJSON: text(clientData('webauthn.create', challenge, forgery)),
      attestationObject: text(attestationObject),
      transports: ['internal'],
    });
  }

  /** Answers `navigator.credentials.get`. */
  function get({ challenge }: RequestOptions, forgery: Forgery = {}) {
    const data = authenticatorData(forgery, 0);
    const client = clientData('webauthn.get', challenge, forgery);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    const signature = forgery.isSigned === false ? randomBytes(70) : sign('sha256', signed, privateKey);
    return response(
      {
        clientDataJSON: text(client),
        authenticatorData: text(data),
        signature: text(signature),
        userHandle: forgery.userHandle === undefined ? userHandle : forgery.userHandle,
      },
      forgery.credentialId,
    );
  }

  const response = (parts: object, id: string = text(credentialId)) => ({
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: parts,
  });

  return { create, get };
}

const text = (bytes: Buffer): string => bytes.toString('base64url');
const sha256 = (value: string): Buffer => createHash('sha256').update(value).digest();

type Cbor = number | string | Buffer | null;

/** As little of CBOR (RFC 8949) as an authenticator speaks; null is an empty map. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value === null) return cborMap([]);
  return Buffer.concat([head(2, value.length), value]);
}

const cborMap = (entries: ReadonlyArray<readonly [Cbor, Cbor]>): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flatMap(([key, value]) => [cbor(key), cbor(value)])]);

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
}
