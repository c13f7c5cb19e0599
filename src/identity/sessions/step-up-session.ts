import type { Recorder } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type { RequestContext } from '../../request/context.ts';
import { factsOf, isActive } from './active-session.ts';
import type { IssuedTokens, IssueTokens } from './issue-tokens.ts';
import type { SessionReader } from './session-reader.ts';
import type { AuthMethod } from './session.entity.ts';

export interface StepUpSessionDeps {
  readonly issue: IssueTokens;
  readonly readSession: SessionReader;
  readonly recorder: Recorder;
}

export interface StepUp {
  readonly sessionId: string;
  /** The methods that the user has proved just now. */
  readonly methods: readonly AuthMethod[];
  readonly hasProvedFactor: boolean;
  /** Names in the claim `amr` that the proof told besides its method. */
  readonly furtherAmr: readonly string[];
  /** The scopes to which the present access token is narrowed: the new one is narrowed alike. */
  readonly narrowing: readonly string[] | null;
}

/** A new access token; the session's refresh token stays as it is. */
export type SteppedUpTokens = IssuedTokens<null>;

/**
 * Records in a session that its user has proved once more who they are, and issues an access token that says so.
 * @throws UNAUTHENTICATED if the session has ended meanwhile.
 */
export type StepUpSession = (context: RequestContext, stepUp: StepUp) => Promise<SteppedUpTokens>;

export const createStepUpSession =
  ({ issue, readSession, recorder }: StepUpSessionDeps): StepUpSession =>
  async (context, { sessionId, methods, hasProvedFactor, furtherAmr, narrowing }) => {
    const { em, now } = context;
    await em.execute(
      `update sessions set authenticated_at = ?, mfa_at = case when ? then ?::timestamptz else mfa_at end,
              methods = (select array_agg(distinct method) from unnest(methods || ?::text[]) as method),
              further_amr = (select array_agg(distinct name) from unnest(further_amr || ?::text[]) as name)
        where id = ? and ended_at is null`,
      [now, hasProvedFactor, now, `{${methods.join(',')}}`, `{${furtherAmr.join(',')}}`, sessionId],
    );
    const session = await readSession(em, sessionId);
    if (session === null || !isActive(factsOf(session), now)) throw ended();
    await recorder.note(context, { type: 'session.stepped_up', subjectId: session.user.id, details: { methods } });
    return issue(session, { refreshToken: null, narrowing, now });
  };

const ended = (): AppError => new AppError('UNAUTHENTICATED', 'The session has ended: sign in again.');
