import { BeginEmailLogin, FinishEmailLogin } from './generated/documents.ts';
import { outcomeOf, type MfaRequired, type SignedIn, type SignIns } from './sign-ins.ts';

type Client = Pick<SignIns, 'enter'>;

/** A mail that has been asked for. It can be kept as JSON, in a place that no one else can read. */
export interface BegunEmailLogin {
  /** Makes the mail good on this device alone; null with cookies, one of which is in its place. */
  readonly handle: string | null;
  readonly expiresInSeconds: number;
}

/** The proof in the mail: `code`, or the `token` of its link. */
export interface EmailProof {
  readonly code?: string;
  readonly token?: string;
  /** A name for this device, to show in the list of sessions. */
  readonly device?: string;
}

/** Has a code and a link mailed to an e-mail; it answers alike whether or not the e-mail has an account. */
export async function beginEmailLogin(client: Client, email: string): Promise<BegunEmailLogin> {
  const answer = await client.enter(BeginEmailLogin, (delivery) => ({ email, delivery }));
  const { handle, expiresIn } = answer.beginEmailLogin;
  return { handle, expiresInSeconds: expiresIn };
}

/**
 * Signs in by the code or the link of a mail, on the device that asked for it.
 * @throws INVALID_CREDENTIALS for a wrong code; INVALID_GRANT if the mail cannot be used any more.
 */
export async function finishEmailLogin(
  client: Client,
  { handle }: Pick<BegunEmailLogin, 'handle'>,
  proof: EmailProof,
): Promise<SignedIn | MfaRequired> {
  const answer = await client.enter(FinishEmailLogin, (delivery, device) => ({
    input: { ...proof, ...device, handle, delivery },
  }));
  return outcomeOf(answer.finishEmailLogin);
}
