import type { Principal } from '../authorization/index.ts';
import { AppError } from '../errors.ts';

/** The user behind a principal. @throws FORBIDDEN where there is none, as with a service. */
export function requireUserId(principal: Principal): string {
  const id =
    principal.kind === 'anonymous'
      ? undefined
      : (principal.userId ?? (principal.kind === 'user' ? principal.id : undefined));
  if (id !== undefined) return id;
  throw new AppError('FORBIDDEN', 'Only a user, or a key of one, can do this.');
}
