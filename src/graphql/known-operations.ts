import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { GraphQLRequest } from '../request/context.ts';
import { asksForDryRun } from './dry-run.ts';

/** An operation that Apollo Server has parsed, validated and answered without an error. */
export interface KnownOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The headers of its answer, for requests that accept the same media types. */
  readonly headers: ReadonlyArray<readonly [string, string]>;
}

/** A request of which Apollo Server looks at nothing but its query, the name of its operation and its variables. */
export interface PlainRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly accept: string;
}

/** Reads a request; `undefined` for one that is malformed or that asks for anything else. */
export function plainRequestOf(request: GraphQLRequest): PlainRequest | undefined {
  const { method, headers, body } = request;
  if (method !== 'POST' || !isRecord(body) || asksForDryRun(request)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || extensions != null || operationName === '') return undefined;
  if (operationName != null && typeof operationName !== 'string') return undefined;
  if (variables != null && !isRecord(variables)) return undefined;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
    accept: headers.accept ?? '',
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface KnownOperations {
  readonly find: (request: PlainRequest) => KnownOperation | undefined;
  readonly keep: (request: PlainRequest, known: KnownOperation) => void;
}

/** Longer documents are not kept. */
const maxQueryCharacters = 20_000;
/** The variants kept of one document: clients choose what they accept. */
const maxVariants = 16;

/**
 * Keeps operations by the text of their documents, at most twice so many characters of them: callers choose documents.
 * An operation that was used since half of that was kept survives.
 */
export function createKnownOperations(maxCharacters = 250_000): KnownOperations {
  let young = new Map<string, Map<string, KnownOperation>>();
  let old = new Map<string, Map<string, KnownOperation>>();
  let characters = 0;

  function add(query: string, variants: Map<string, KnownOperation>): void {
    characters += query.length;
    if (characters > maxCharacters) {
      old = young;
      young = new Map();
      characters = query.length;
    }
    young.set(query, variants);
  }

  function variantsOf(query: string): Map<string, KnownOperation> | undefined {
    const known = young.get(query);
    if (known !== undefined) return known;
    const kept = old.get(query);
    if (kept !== undefined) add(query, kept);
    return kept;
  }

  return {
    find: (request) => variantsOf(request.query)?.get(variantOf(request)),
    keep(request, known) {
      if (request.query.length > maxQueryCharacters) return;
      const variants = variantsOf(request.query) ?? new Map<string, KnownOperation>();
      if (variants.size === 0) add(request.query, variants);
      if (variants.size >= maxVariants) variants.clear();
      variants.set(variantOf(request), known);
    },
  };
}

/** A header has no line breaks, and an operation's name is not empty. */
const variantOf = ({ accept, operationName = '' }: PlainRequest): string =>
  accept === '' && operationName === '' ? '' : `${accept}\n${operationName}`;
