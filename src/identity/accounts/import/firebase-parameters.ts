import type { FirebaseParameters } from '../../sign-in/passwords/hashes/firebase-hash.ts';

/** The file does not hold the parameters of a Firebase project. */
export class FirebaseParametersError extends Error {
  constructor(name: string, expected: string) {
    super(
      `${name} is missing or wrong: expected ${expected}. The file holds the block that the Firebase console shows under ` +
        'Authentication, Users, ⋮, Password hash parameters.',
    );
    this.name = 'FirebaseParametersError';
  }
}

/** More characters than the signer key of any project has. */
const maxKeyBytes = 256;

/**
 * Reads the block of parameters as the console shows it (`name: value` in each line), or as JSON of the same names.
 * @throws FirebaseParametersError for one that is missing; the signer key is never part of the message.
 */
export function readFirebaseParameters(text: string): FirebaseParameters {
  const values = new Map(
    [...text.matchAll(/"?(\w+)"?\s*:\s*"?([\w+/=]+)/g)].map(([, name = '', value = '']) => [name, value]),
  );

  function bytes(name: string, minBytes: number): Buffer {
    const value = values.get(name) ?? '';
    const found = Buffer.from(value, 'base64');
    if (found.toString('base64') !== value || found.length < minBytes || found.length > maxKeyBytes)
      throw new FirebaseParametersError(name, 'base64');
    return found;
  }

  function integer(name: string, max: number): number {
    const value = Number(values.get(name));
    if (!Number.isInteger(value) || value < 1 || value > max)
      throw new FirebaseParametersError(name, `a whole number from 1 to ${max}`);
    return value;
  }

  return {
    signerKey: bytes('base64_signer_key', 32),
    saltSeparator: bytes('base64_salt_separator', 0),
    rounds: integer('rounds', 8),
    memCost: integer('mem_cost', 14),
  };
}
