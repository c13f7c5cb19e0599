import type { ReadCredentials } from '../../database/credential-reads.ts';
import { credentialStates } from '../../database/credential-states.ts';
import type { UserStatus } from '../../users/user.entity.ts';
import type { IssuedToken } from './issuer-tokens.ts';

/** The user that a subject became. */
export interface SubjectUser {
  readonly userId: string;
  readonly status: UserStatus;
  readonly credentialVersion: number;
  readonly secondFactors: readonly string[];
}

export interface SubjectState {
  readonly user: SubjectUser | null;
  readonly isLoggedOut: boolean;
}

export type SubjectCheck = (token: IssuedToken) => Promise<SubjectState>;

/** Reads what decides on a token, as it is now, for each request; concurrent requests share one statement. */
export function createSubjectCheck(readCredentials: ReadCredentials): SubjectCheck {
  const find = credentialStates(
    (ids) => readCredentials<StateRow>(selectStates, ids),
    (row) => row,
  );
  return async (token) => {
    const { issuer, subjectId, sessionId } = token;
    // Nothing can be known of a subject that neither becomes a user nor is logged out.
    if (!issuer.provision && issuer.backChannelLogout.length === 0) return { user: null, isLoggedOut: false };
    const [subject, session] = await Promise.all([find(subjectId), find(sessionId)]);
    return { user: userOf(subject), isLoggedOut: hasEnded(subject, token) || hasEnded(session, token) };
  };
}

interface StateRow {
  id: string;
  user_id: string | null;
  status: UserStatus | null;
  credential_version: number | null;
  second_factors: string[] | null;
  is_logged_out: boolean;
  ended_until: number | null;
}

const selectStates = (ids: string): string => `
  select i.id, s.user_id, u.status, u.credential_version, u.second_factors,
         l.id is not null as is_logged_out, extract(epoch from l.ended_until)::float8 as ended_until
    from unnest(${ids}) as i(id)
    left join issued_subjects s on s.id = i.id
    left join users u on u.id = s.user_id
    left join issuer_logouts l on l.id = i.id`;

function userOf(row: StateRow | null): SubjectUser | null {
  if (row === null || row.user_id === null || row.status === null) return null;
  return {
    userId: row.user_id,
    status: row.status,
    credentialVersion: row.credential_version ?? 0,
    secondFactors: row.second_factors ?? [],
  };
}

const hasEnded = (row: StateRow | null, { issuedAt }: IssuedToken): boolean =>
  row?.is_logged_out === true && (row.ended_until === null || issuedAt <= row.ended_until);
