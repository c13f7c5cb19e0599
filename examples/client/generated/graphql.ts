/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type ArticleStatus =
  | 'DRAFT'
  | 'PUBLISHED';

export type ListArticlesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListArticlesQuery = { articles: { totalCount: number, nodes: Array<{ id: string, title: string, status: ArticleStatus, author: { displayName: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateArticleMutationVariables = Exact<{
  title: string;
  body: string;
}>;


export type CreateArticleMutation = { createArticle: { id: string, title: string, status: ArticleStatus } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const ListArticlesDocument = new TypedDocumentString(`
    query ListArticles($first: Int!, $after: String) {
  articles(first: $first, after: $after) {
    totalCount
    nodes {
      id
      title
      status
      author {
        displayName
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ListArticlesQuery, ListArticlesQueryVariables>;
export const CreateArticleDocument = new TypedDocumentString(`
    mutation CreateArticle($title: String!, $body: String!) {
  createArticle(input: {title: $title, body: $body}) {
    id
    title
    status
  }
}
    `) as unknown as TypedDocumentString<CreateArticleMutation, CreateArticleMutationVariables>;