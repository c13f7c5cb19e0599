import type { JWTPayload } from 'jose';
import { AppError } from '../../errors.ts';
import type { SigningKeys } from './signing-keys.service.ts';

/**
 * Creates what signs claims that are no access token, as a JWT of a type of its own (RFC 8725 §3.11), by the active key.
 * @throws CONFLICT if that key has no public part, by which others could verify.
 */
export const createSignClaims =
  ({ active }: Pick<SigningKeys, 'active'>) =>
  async (typ: string, claims: JWTPayload): Promise<{ token: string; kid: string }> => {
    const { algorithm, kid, publicJwk, sign } = active();
    if (publicJwk === null)
      throw new AppError(
        'CONFLICT',
        `${algorithm} has no public key, so it cannot be verified. Set JWT_ALGORITHM=EdDSA.`,
      );
    return { token: await sign({ alg: algorithm, typ, kid }, claims), kid };
  };
