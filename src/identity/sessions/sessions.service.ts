import { createEndSessions, type EndSessionsDeps } from './end-sessions.ts';
import { createIssueTokens, type IssueTokensDeps } from './issue-tokens.ts';
import { createPresentedSessions, type PresentedSessionsDeps } from './presented-session.ts';
import { createRefreshSession, type RefreshSessionDeps } from './refresh-session.ts';
import { createSessionExpiry, type Lifetimes } from './session-expiry.ts';
import { createStartSession } from './start-session.ts';
import { createStepUpSession } from './step-up-session.ts';

export interface SessionsDeps
  extends EndSessionsDeps, IssueTokensDeps, Lifetimes, PresentedSessionsDeps, Pick<RefreshSessionDeps, 'refreshes'> {
  readonly accessTokens: IssueTokensDeps['accessTokens'] & RefreshSessionDeps['accessTokens'];
}

export type Sessions = ReturnType<typeof createSessions>;

/** Begins, renews and ends sessions. One row a session, whatever the number of its refreshes. */
export function createSessions(deps: SessionsDeps) {
  const expiry = createSessionExpiry(deps);
  const issue = createIssueTokens(deps);
  const endSessions = createEndSessions(deps);
  const presented = createPresentedSessions(deps);
  const { end, endAll, endOldest } = endSessions;
  const { findByRefreshToken, findByUsableToken } = presented;
  return {
    start: createStartSession({ ...deps, endOldest, expiry, issue }),
    stepUp: createStepUpSession({ ...deps, issue }),
    refresh: createRefreshSession({ ...deps, endSessions, expiry, issue, presented }),
    findByRefreshToken,
    findByUsableToken,
    end,
    endAll,
  };
}
