import type { Recorder } from '../../audit/record.ts';
import { AppError } from '../../errors.ts';
import type {
  CredentialStrategy,
  PresentedCredentials,
  RecognisedCredential,
  RequestPrincipal,
} from '../../request/credentials.ts';
import { bearerToken } from '../sessions/access-token.strategy.ts';
import type { IssuedToken, IssuerTokens } from './issuer-tokens.ts';
import type { ProvisionUser } from './provision-user.ts';
import type { SubjectCheck, SubjectState, SubjectUser } from './subject-check.ts';
import { TokenRefusal, type TokenProblem } from './verify-jws.ts';

export interface IssuerTokenStrategyDeps {
  readonly issuerTokens: IssuerTokens;
  readonly checkSubject: SubjectCheck;
  readonly provisionUser: ProvisionUser;
  readonly recorder: Pick<Recorder, 'note'>;
  /** Returns whether a user has a second factor, which another issuer's token never proves. */
  readonly hasFactor: (account: { readonly id: string; readonly secondFactors: readonly string[] }) => boolean;
}

/**
 * Recognises a token of a trusted issuer, as Bearer: a user if subjects become users, else a service. It counts
 * until it expires, unless the user is disabled or the issuer has told of a logout. It is never a recent sign-in and
 * proves no factor here.
 */
export function createIssuerTokenStrategy(deps: IssuerTokenStrategyDeps): CredentialStrategy {
  const { issuerTokens, checkSubject, provisionUser, recorder, hasFactor } = deps;

  async function refused(presented: PresentedCredentials, issuer: string, reason: TokenProblem): Promise<void> {
    const { ipAddress, now, requestId, userAgent } = presented;
    await recorder.note(
      { principal: { kind: 'anonymous' }, ipAddress, now, requestId, userAgent },
      { type: 'issuer_token.refused', outcome: 'FAILURE', details: { issuer, reason } },
    );
  }

  /** The state of a subject, who is a user from now on if subjects become users. */
  async function stateOf(presented: PresentedCredentials, token: IssuedToken): Promise<SubjectState> {
    const state = await checkSubject(token);
    if (state.user !== null || state.isLoggedOut || !token.issuer.provision) return state;
    await provisionUser(presented, token);
    return checkSubject(token);
  }

  async function recognise(presented: PresentedCredentials, token: IssuedToken): Promise<RecognisedCredential> {
    const { user, isLoggedOut } = await stateOf(presented, token);
    if (isLoggedOut) throw new TokenRefusal('logged_out');
    if ((user !== null && user.status !== 'ACTIVE') || (user === null && token.issuer.provision))
      throw new TokenRefusal('disabled');
    return {
      principal: user === null ? serviceOf(token) : userOf(token, user, hasFactor),
      source: 'bearer',
      expiresAt: new Date(token.expiresAt * 1000),
      endedBy: [token.subjectId, token.sessionId],
    };
  }

  return async (presented) => {
    const text = bearerToken(presented.authorization);
    const found = text === undefined ? null : issuerTokens.issuerOf(text);
    if (text === undefined || found === null) return null;
    try {
      return await recognise(presented, await issuerTokens.verify(text, found, presented.now));
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      await refused(presented, found.issuer.issuer, error.problem);
      return refusalOf(error.problem);
    }
  };
}

const serviceOf = ({ subjectId, rights, attributes }: IssuedToken): RequestPrincipal => ({
  kind: 'service',
  id: subjectId,
  ...rights,
  attributes,
});

const userOf = (
  { rights, attributes }: IssuedToken,
  { userId, credentialVersion, secondFactors }: SubjectUser,
  hasFactor: IssuerTokenStrategyDeps['hasFactor'],
): RequestPrincipal => ({
  kind: 'user',
  id: userId,
  userId,
  ...rights,
  attributes,
  credentialVersion,
  hasFactor: hasFactor({ id: userId, secondFactors }),
});

/** A genuine token that is over says so; everything else is answered alike. */
function refusalOf(problem: TokenProblem): RecognisedCredential {
  const reason =
    problem === 'expired' ? 'EXPIRED' : problem === 'disabled' || problem === 'logged_out' ? 'ENDED' : null;
  if (reason === null) {
    throw new AppError(
      'UNAUTHENTICATED',
      'The token of the other issuer is not accepted: get a new one for this server from its issuer.',
    );
  }
  return { principal: { kind: 'anonymous' }, source: 'bearer', ended: { sessionId: null, reason } };
}
