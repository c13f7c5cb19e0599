import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Recorder } from '../../audit/record.ts';
import type { Database } from '../../database/open.ts';
import { AppError } from '../../errors.ts';
import type { PresentedCredentials } from '../../request/credentials.ts';
import { placeholderEmail } from '../../users/email.ts';
import { createUser, requireDisplayName, type RequireNotHeld } from '../../users/users.service.ts';
import { IssuedSubject } from './issued-subject.entity.ts';
import type { IssuedToken } from './issuer-tokens.ts';

export interface ProvisionDeps {
  readonly fork: Database['fork'];
  readonly recorder: Pick<Recorder, 'record'>;
  readonly requireNotHeld: RequireNotHeld;
}

export type ProvisionUser = (presented: PresentedCredentials, token: IssuedToken) => Promise<void>;

/**
 * Makes a user of a subject that was not seen before. It never becomes an existing user, not even by a verified
 * e-mail: the issuer has proved the e-mail, but not who holds the account. The user gets no roles: a token's rights are
 * its own.
 */
export function createProvisionUser({ fork, recorder, requireNotHeld }: ProvisionDeps): ProvisionUser {
  async function create(presented: PresentedCredentials, token: IssuedToken, email: string | null): Promise<boolean> {
    const { now, ipAddress, requestId, userAgent } = presented;
    const { issuer, subjectId } = token;
    try {
      await fork().transactional(async (tx) => {
        const provisioned = {
          email: email ?? placeholderEmail(subjectId),
          displayName: displayNameOf(token),
          passwordHash: null,
          roles: [],
          ...(email === null ? {} : { emailProof: { at: now, by: 'assertion' } as const }),
        };
        const user = await createUser(tx, now, provisioned, requireNotHeld);
        tx.create(IssuedSubject, { id: subjectId, createdAt: now, issuer: issuer.issuer, user });
        recorder.record(
          tx,
          { principal: { kind: 'anonymous' }, now, ipAddress, requestId, userAgent },
          {
            type: 'account.provisioned',
            actorId: user.id,
            subjectId: user.id,
            details: { issuer: issuer.issuer },
          },
        );
      });
      return true;
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === 'CONFLICT';
      if (isTaken || error instanceof UniqueConstraintViolationException) return false;
      throw error;
    }
  }

  return async (presented, token) => {
    // The e-mail is taken or held, or a concurrent request has made the user; then the second try changes nothing.
    if (!(await create(presented, token, token.verifiedEmail))) await create(presented, token, null);
  };
}

function displayNameOf({ displayName }: IssuedToken): string {
  try {
    return requireDisplayName(displayName ?? nameless);
  } catch (error) {
    if (error instanceof AppError) return nameless;
    throw error;
  }
}

const nameless = 'New user';
