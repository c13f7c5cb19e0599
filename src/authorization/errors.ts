import { GraphQLError } from 'graphql';
import type { ASTNode } from 'graphql';

/** One mistake in a schema, its role table or its policies: where it stands, what is wrong, and what to do. */
export interface Offence {
  readonly coordinate: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The schema does not build. Every offender is listed, so that one start suffices to see all of them. */
export class AccessSchemaError extends Error {
  override readonly name = 'AccessSchemaError';
  readonly offences: readonly Offence[];

  constructor(offences: readonly Offence[]) {
    const lines = offences.map(({ coordinate, problem, remedy }) => `- ${coordinate}: ${problem} ${remedy}`);
    super(`The schema does not build: ${offences.length} mistake(s) in its access rules.\n${lines.join('\n')}`);
    this.offences = offences;
  }
}

/** The codes with which the engine refuses; a subset of the host's closed list. */
export type DenialCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'MFA_REQUIRED' | 'REAUTHENTICATION_REQUIRED';

/** Texts that say what the caller can do, and nothing about what lies behind the refusal. */
const MESSAGES: Readonly<Record<DenialCode, string>> = {
  UNAUTHENTICATED: 'Sign in to continue.',
  FORBIDDEN: 'You are not allowed to do this.',
  NOT_FOUND: 'Not found.',
  MFA_REQUIRED: 'Confirm this with your second factor.',
  REAUTHENTICATION_REQUIRED: 'Sign in again to continue.',
};

/** The error of a refused field, without a path: the executor that catches it adds the response path. */
export function refusal(code: DenialCode): GraphQLError {
  return new GraphQLError(MESSAGES[code], { extensions: { code } });
}

/** One refused place of an operation. */
export interface RefusedPath {
  readonly path: ReadonlyArray<string | number>;
  readonly code: DenialCode;
}

/** A refusal that bears its own path, and on request the list of all refused places of the operation. */
export function refusalAt(
  { path, code }: RefusedPath,
  nodes: readonly ASTNode[],
  refused?: readonly RefusedPath[],
): GraphQLError {
  const extensions = refused === undefined ? { code } : { code, refused };
  return new GraphQLError(MESSAGES[code], { nodes, path, extensions });
}
