import type { Recorder } from '../../record.ts';
import type { PresentedCredentials } from '../../request.ts';
import type { KeyProblem } from './living-key.ts';

/** What was wrong with a key, which the answer does not tell; `id` is null where there is no such key. */
export interface RefusedKey {
  readonly id: string | null;
  readonly reason: KeyProblem | 'unknown' | 'wrong_secret';
}

export const noteRefusedKey = (
  { note }: Pick<Recorder, 'note'>,
  { ip, now, requestId, userAgent }: PresentedCredentials,
  { id, reason }: RefusedKey,
): Promise<void> =>
  note(
    { principal: { kind: 'anonymous' }, ip, now, requestId, userAgent },
    { type: 'api_key.refused', outcome: 'FAILURE', subjectId: id, details: { reason } },
  );
