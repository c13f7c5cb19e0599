import type { QueryOptions } from './document.ts';
import { AcceptInvitation, ChangePassword, Reauthenticate } from './generated/documents.ts';
import { signedIn, type SignedIn, type SignIns } from './sign-ins.ts';

type Client = Pick<SignIns, 'enter'>;

export interface AcceptInvitationInput {
  /** The token in the link of the mail. */
  readonly token: string;
  readonly password: string;
  readonly displayName: string;
}

/** Makes the account that an invitation offers, and signs in. */
export async function acceptInvitation(client: Client, input: AcceptInvitationInput): Promise<SignedIn> {
  const answer = await client.enter(AcceptInvitation, (delivery) => ({ input: { ...input, delivery } }));
  return signedIn(answer.acceptInvitation);
}

export interface Passwords {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface Proof {
  readonly password?: string;
  readonly code?: string;
  readonly recoveryCode?: string;
  readonly passkey?: unknown;
}

/** Proves once more who is signed in, for what asks by MFA_REQUIRED or REAUTHENTICATION_REQUIRED. */
export async function reauthenticate(client: Client, input: Proof, options: QueryOptions = {}): Promise<SignedIn> {
  const answer = await client.enter(Reauthenticate, () => ({ input }), { ...options, authorized: true });
  return signedIn(answer.reauthenticate);
}

/** Ends every session of the account and begins a new one here. */
export async function changePassword(client: Client, passwords: Passwords): Promise<SignedIn> {
  return signedIn((await client.enter(ChangePassword, () => passwords, { authorized: true })).changePassword);
}
