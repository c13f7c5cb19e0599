import type { AuthMethod } from '../sessions/session.entity.ts';
import type { FactorAccount, SecondFactor } from './second-factor.ts';

export type FactorList = ReturnType<typeof createFactorList>;

/** Ways to sign in that are no second factors, and their names in the claim `amr` (RFC 8176 §2). */
const firstFactors: Readonly<Partial<Record<AuthMethod, readonly string[]>>> = {
  PASSWORD: ['pwd'],
  // RFC 8176 has no name for a mailbox.
  EMAIL: ['email'],
  // We do not know what the provider asked for.
  EXTERNAL: ['external'],
};

/** Answers every question about second factors from the list of them. */
export function createFactorList(factors: readonly SecondFactor[]) {
  const known = new Set<string>(factors.map(({ method }) => method));
  const amrByMethod = new Map(Object.entries(firstFactors));
  for (const { method, amr } of factors) amrByMethod.set(method, amr);

  /** Returns the factors that an account can prove, those that stand in for another included. */
  const enrolled = (account: FactorAccount): SecondFactor[] => factors.filter((factor) => factor.isEnrolled(account));

  return {
    all: factors,
    enrolled,

    /** Returns whether an account is asked for a second factor. A factor that no list knows any more still counts. */
    hasFactor: (account: FactorAccount): boolean =>
      enrolled(account).some(({ isBackup }) => isBackup !== true) ||
      account.secondFactors.some((name) => !known.has(name)),

    /** Returns the claim `amr` of a session that began by these methods; `further` are names that a proof told. */
    amrOf: (methods: readonly AuthMethod[], further: readonly string[]): string[] => [
      ...new Set([...methods.flatMap((method) => amrByMethod.get(method) ?? [method.toLowerCase()]), ...further]),
      ...(methods.some((method) => known.has(method)) ? ['mfa'] : []),
    ],
  };
}
