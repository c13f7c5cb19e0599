import type { EntityManager } from '@mikro-orm/postgresql';
import type { Provenance, Recorder } from '../../audit/record.ts';
import type { Role, User } from '../../users/user.entity.ts';
import { endTokens, issueToken } from './single-use-tokens.ts';

export interface NewInvitation {
  readonly email: string;
  readonly roles: readonly Role[];
  /** The inviter; null for an operator on the command line. */
  readonly inviter: User | null;
}

/** Issues an invitation, replacing any earlier one to the e-mail; answers its token. */
export async function issueInvitation(
  tx: EntityManager,
  { record }: Pick<Recorder, 'record'>,
  provenance: Provenance,
  { email, roles, inviter }: NewInvitation,
): Promise<string> {
  await endTokens(tx, provenance.now, { email, purpose: 'invitation' });
  const granted = [...new Set(roles)];
  const token = { purpose: 'invitation', email, user: inviter, roles: granted } as const;
  const { id, text } = await issueToken(tx, provenance.now, token);
  record(tx, provenance, { type: 'invitation.sent', details: { invitationId: id, roles: granted } });
  return text;
}
