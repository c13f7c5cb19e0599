import { createHash } from 'node:crypto';

/**
 * Hashes a secret of this server's own making for its row. It is too long to be guessed, so a fast hash does
 * (OWASP Session Management).
 */
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
