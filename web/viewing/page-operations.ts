import {
  AccessMatrix,
  Audit,
  InspectToken,
  OwnApiKeys,
  OwnSessions,
  Posture,
  SentMails,
  SigningKeys,
  Simulate,
  Users,
} from '../generated/documents.ts';

interface Operation {
  readonly operation: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The operations that each page sends, by its path. */
export const pageOperations: Readonly<Record<string, Operation>> = {
  home: { operation: Posture.toString() },
  matrix: { operation: AccessMatrix.toString() },
  simulator: { operation: Simulate.toString(), variables: { input: { operation: '{ __typename }' } } },
  users: { operation: Users.toString() },
  audit: { operation: Audit.toString() },
  sessions: { operation: OwnSessions.toString() },
  'api-keys': { operation: OwnApiKeys.toString() },
  token: { operation: InspectToken.toString(), variables: { token: '' } },
  'signing-keys': { operation: SigningKeys.toString() },
  mail: { operation: SentMails.toString() },
};
