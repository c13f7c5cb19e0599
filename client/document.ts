import { printDocument, type DocumentTree } from './print-document.ts';

/** A text, or an object that is one: codegen's `TypedDocumentString`. */
type StringLike = { toString(): string };

/**
 * A typed document: of codegen's client preset in either mode, of gql.tada, or a plain text. The text or the tree
 * decides what is sent; `__apiType` carries the types alone.
 */
export type TypedDocument<Data, Variables> = (DocumentTree | StringLike) & {
  readonly __apiType?: (variables: Variables) => Data;
};

export interface QueryOptions {
  /** Stops the request, and with it the waiting; what a mutation has done by then stays done. */
  readonly signal?: AbortSignal;
}

/** The arguments behind the document. Variables may be left out if none of them must be given. */
export type QueryArguments<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: QueryOptions]
    : [variables: Variables, options?: QueryOptions];

/** A document of whatever types. */
export type AnyDocument = TypedDocument<unknown, never>;

export const textOfDocument = (document: AnyDocument): string =>
  'kind' in Object(document) ? printDocument(document as DocumentTree) : ''.concat(document as string);
