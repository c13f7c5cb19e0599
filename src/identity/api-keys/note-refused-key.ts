import type { Recorder } from '../../audit/record.ts';
import type { PresentedCredentials } from '../../request/credentials.ts';
import type { KeyProblem } from './active-key.ts';

/** The problem with a key, which the answer does not tell; `id` is null if there is no such key. */
export interface RefusedKey {
  readonly id: string | null;
  readonly reason: KeyProblem | 'unknown' | 'wrong_secret';
}

export const noteRefusedKey = (
  { note }: Pick<Recorder, 'note'>,
  { ipAddress, now, requestId, userAgent }: PresentedCredentials,
  { id, reason }: RefusedKey,
): Promise<unknown> =>
  note(
    { principal: { kind: 'anonymous' }, ipAddress, now, requestId, userAgent },
    { type: 'api_key.refused', outcome: 'FAILURE', subjectId: id, details: { reason } },
  );
