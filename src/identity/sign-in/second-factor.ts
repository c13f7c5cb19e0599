import type { EntityManager } from '@mikro-orm/postgresql';
import type { WriteContext } from '../../audit/record.ts';
import type { AuthMethod } from '../sessions/session.entity.ts';
import type { RemoveCredentials } from './remove-credentials.ts';

/** The facts known of an account when a door asks for its factors; they are read with every credential. */
export interface FactorAccount {
  readonly id: string;
  /** The names of its factors, each written by the factor itself when it is enrolled and when it is removed. */
  readonly secondFactors: readonly string[];
}

/** The field of `CompleteMfaInput` and `ReauthenticateInput` that carries the proof of a factor. */
export type ProofField = 'code' | 'recoveryCode' | 'passkey';

/** The challenge that a factor gives the client to answer, and the state that it keeps until the answer comes. */
export interface FactorChallenge {
  readonly passkeyOptions: unknown;
  readonly state: unknown;
}

export interface FactorProof {
  readonly account: FactorAccount;
  readonly proof: unknown;
  /** The `state` of the factor's own challenge; undefined if the proof answers none. */
  readonly state?: unknown;
}

/** The facts that a proof tells besides its factor: further names in the claim `amr`. */
export interface VerifiedProof {
  readonly amr?: readonly string[];
}

/** The ways of signing in that can be a second factor: what a mailbox or another provider proves is a first one. */
export type FactorMethod = Exclude<AuthMethod, 'EMAIL' | 'EXTERNAL'>;

/** One kind of second factor. `app` lists them all; a sign-in, `@mfa` and the end of an account ask no other file. */
export interface SecondFactor {
  /** The method that a session records and a challenge offers. */
  readonly method: FactorMethod;
  /** Its names in the claim `amr` (RFC 8176 §2). */
  readonly amr: readonly string[];
  readonly proofField: ProofField;
  /** False if a proof is too long to be guessed: attempts of any other factor are counted. */
  readonly isGuessable?: false;
  /** Stands in for another factor, as recovery codes do: it is accepted, but makes no account ask for a factor. */
  readonly isBackup?: boolean;
  readonly isEnrolled: (account: FactorAccount) => boolean;
  /** Prepares what the client has to answer; absent for a factor that needs nothing from the server. */
  readonly challenge?: (context: WriteContext, account: FactorAccount) => Promise<FactorChallenge>;
  /** Verifies a proof and uses it up; null if it is wrong. Of any number of callers, on any nodes, one succeeds. */
  readonly verify: (context: WriteContext, attempt: FactorProof) => Promise<VerifiedProof | null>;
  /** Takes the factor from an account whose row the caller holds. */
  readonly removeAll: RemoveCredentials;
  /** Returns whether the account still has the factor; absent, `removeAll` always takes all of it. */
  readonly remains?: (tx: EntityManager, userId: string) => Promise<boolean>;
}
