import type { Recorder } from '../../../audit/record.ts';
import { AppError } from '../../../errors.ts';
import type { RequestContext } from '../../../request/context.ts';
import type { User } from '../../../users/user.entity.ts';
import type { VerifyPassword } from './verify-password.ts';

export interface RequireCurrentPasswordDeps {
  readonly recorder: Pick<Recorder, 'note'>;
  readonly verifyPassword: VerifyPassword;
}

/**
 * Checks the password of a user who is signed in, and who was loaded with the hash.
 * @throws INVALID_CREDENTIALS if it is wrong, RATE_LIMITED if too many were.
 */
export async function requireCurrentPassword(
  { recorder, verifyPassword }: RequireCurrentPasswordDeps,
  context: RequestContext,
  { id, passwordHash }: User,
  password: string,
): Promise<void> {
  if (await verifyPassword(context, `user:${id}`, passwordHash ?? null, password)) return;
  await recorder.note(context, { type: 'account.password_refused', outcome: 'FAILURE', subjectId: id });
  throw new AppError('INVALID_CREDENTIALS', 'The current password is wrong.');
}
