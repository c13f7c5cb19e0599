import { createHmac, randomBytes } from 'node:crypto';
import type { AccountCheck, AccountState } from './account-check.ts';
import type { ProvenAccount } from './prove-account.ts';

export interface Password {
  readonly email: string;
  readonly password: string;
}

/** An account as it was when a password proved it. */
interface Proof {
  readonly userId: string;
  readonly email: string;
  readonly passwordHash: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const maxProofs = 1_000;
const maxMs = 10 * 60_000;

/**
 * Remembers which passwords were verified, for clients that send theirs with every request: each password is hashed
 * once, so that a busy client neither starves the thread pool nor uses up its own attempts. A remembered proof spares
 * the hash alone. It is kept for ten minutes in this process, under a key that the process made, and is accepted only
 * while the account's row, read for every request, has the same e-mail, password and status.
 */
export function rememberProofs(checkAccount: AccountCheck) {
  const key = randomBytes(32);
  const proofs = new Map<string, Proof>();
  const underWay = new Map<string, Promise<Proof>>();
  const markOf = ({ email, password }: Password): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([email, password]))
      .digest('base64');

  /**
   * Returns the account that a password proves; calls `verify` if no proof is remembered.
   * @returns null if the account changed between being proved and being read.
   */
  async function accountOf(
    password: Password,
    now: Date,
    verify: () => Promise<ProvenAccount>,
  ): Promise<AccountState | null> {
    const mark = markOf(password);
    const known = proofs.get(mark);
    const state = known === undefined || now.getTime() - known.at > maxMs ? null : await current(known);
    const proven = async (): Promise<AccountState | null> => current(await proveOnce(mark, now, verify));
    // If another node renewed the hash between the proof and the reading, the new one has to be proved.
    return state ?? (await proven()) ?? proven();
  }

  function proveOnce(mark: string, now: Date, verify: () => Promise<ProvenAccount>): Promise<Proof> {
    const proving = underWay.get(mark) ?? prove(mark, now, verify).finally(() => underWay.delete(mark));
    underWay.set(mark, proving);
    return proving;
  }

  async function prove(mark: string, now: Date, verify: () => Promise<ProvenAccount>): Promise<Proof> {
    proofs.delete(mark);
    const { user, passwordHash } = await verify();
    const proof = { userId: user.id, email: user.email, passwordHash, at: now.getTime() };
    if (proofs.size >= maxProofs) proofs.delete(proofs.keys().next().value ?? '');
    proofs.set(mark, proof);
    return proof;
  }

  async function current({ userId, email, passwordHash }: Proof): Promise<AccountState | null> {
    const state = await checkAccount(userId);
    if (state?.status !== 'ACTIVE' || state.email !== email || state.passwordHash !== passwordHash) return null;
    return state;
  }

  return { accountOf };
}
