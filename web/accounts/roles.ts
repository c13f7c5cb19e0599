import type { Role } from '../generated/documents.ts';

/** Every role, each once: one that is missing does not compile. */
export const roles = Object.keys({
  VIEWER: '',
  EDITOR: '',
  MODERATOR: '',
  ADMIN: '',
} satisfies Record<Role, ''>) as Role[];
