import { GraphQLError, type ASTNode } from 'graphql';

/** A set of things that would meet a demand, as a client may be told: all that it names. */
export interface Sufficient {
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly kinds?: ReadonlyArray<'user' | 'apiKey' | 'service'>;
}

/** One mistake in a schema, its role table or its policies: its schema coordinate, what is wrong, and the remedy. */
export interface SchemaProblem {
  readonly coordinate: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Thrown if the access rules of a schema do not build. It lists every problem, in `problems` and in its message. */
export class AccessSchemaError extends Error {
  override readonly name = 'AccessSchemaError';
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[]) {
    const lines = problems.map(({ coordinate, problem, remedy }) => `- ${coordinate}: ${problem} ${remedy}`);
    super(`The schema does not build: ${problems.length} mistake(s) in its access rules.\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** The codes with which the engine refuses, in `extensions.code`; a subset of the host's closed list. */
export type DenialCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'MFA_REQUIRED' | 'REAUTHENTICATION_REQUIRED';

/** The texts of refusals: what the caller can do, and nothing about what was refused. */
const messages: Readonly<Record<DenialCode, string>> = {
  UNAUTHENTICATED: 'Sign in to continue.',
  FORBIDDEN: 'You are not allowed to do this.',
  NOT_FOUND: 'Not found.',
  MFA_REQUIRED: 'Confirm this with your second factor.',
  REAUTHENTICATION_REQUIRED: 'Sign in again to continue.',
};

/** The details that a refusal tells besides its code, in `extensions`. */
export interface RefusalDetails {
  /** True if the account has a second factor, for a code that asks for a step-up, if the principal tells. */
  readonly enrolled?: boolean;
  /** The things that would suffice, if the host lets clients know: of each inner list any one, all that it names. */
  readonly required?: ReadonlyArray<readonly Sufficient[]>;
}

/** Returns the text of a refusal, if the host has one of its own for it. */
export type RefusalText = (refusal: { readonly code: DenialCode } & RefusalDetails) => string | undefined;

/**
 * Makes the error of a refused field, without a path: the executor that catches it adds the response path.
 * @param textOf the host's texts; ours stands if it throws, or answers no text
 */
export function refusal(code: DenialCode, details: RefusalDetails = {}, textOf?: RefusalText): GraphQLError {
  return new GraphQLError(messageOf({ code, ...details }, textOf), { extensions: { code, ...details } });
}

function messageOf(refused: Parameters<RefusalText>[0], textOf: RefusalText | undefined): string {
  try {
    const text: unknown = textOf?.(refused);
    return typeof text === 'string' ? text : messages[refused.code];
  } catch {
    return messages[refused.code];
  }
}

/** One refused path of an operation, as `extensions.refused` lists it. Paths of reject mode have no list indices. */
export interface RefusedPath extends RefusalDetails {
  readonly path: ReadonlyArray<string | number>;
  readonly code: DenialCode;
}

/** Makes the error of a refused path, with the list of all refused paths of the operation if it is given. */
export function refusalAt(
  { path, ...extensions }: RefusedPath,
  nodes: readonly ASTNode[],
  refused?: readonly RefusedPath[],
  textOf?: RefusalText,
): GraphQLError {
  return new GraphQLError(messageOf(extensions, textOf), {
    nodes,
    path,
    extensions: refused === undefined ? { ...extensions } : { ...extensions, refused },
  });
}
