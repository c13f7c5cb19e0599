import type { Provenance, Recorder } from '../../audit/record.ts';
import { AppError, type ErrorCode } from '../../errors.ts';

/** What was sent is wrong or late. A refusal of the caller as such is an event of its own, with the mutation. */
const refusals: ReadonlySet<ErrorCode> = new Set(['BAD_USER_INPUT', 'CONFLICT', 'INVALID_CREDENTIALS']);

export interface Enrolment<T> {
  readonly userId: string;
  readonly method: string;
  readonly enrol: () => Promise<T>;
}

/** Enrols a second factor, and records the refusal of what was sent for it. */
export async function enrolOrNote<T>(
  recorder: Pick<Recorder, 'note'>,
  provenance: Provenance,
  { userId, method, enrol }: Enrolment<T>,
): Promise<T> {
  try {
    return await enrol();
  } catch (error) {
    if (error instanceof AppError && refusals.has(error.code)) {
      await recorder.note(provenance, {
        type: 'factor.refused',
        outcome: 'FAILURE',
        subjectId: userId,
        details: { proof: 'enrolment', method, code: error.code },
      });
    }
    throw error;
  }
}
