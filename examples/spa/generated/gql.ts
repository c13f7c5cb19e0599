/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ArticleParts on Article {\n    id\n    title\n    body\n    status\n    version\n    author {\n      id\n      displayName\n    }\n    viewerCan {\n      update\n      publish\n      delete\n    }\n  }\n": typeof types.ArticlePartsFragmentDoc,
    "\n  query Article($id: ID!) {\n    article(id: $id) {\n      ...ArticleParts\n    }\n  }\n": typeof types.ArticleDocument,
    "\n  mutation UpdateArticle($id: ID!, $input: UpdateArticleInput!) {\n    updateArticle(id: $id, input: $input) {\n      ...ArticleParts\n    }\n  }\n": typeof types.UpdateArticleDocument,
    "\n  mutation PublishArticle($id: ID!) {\n    publishArticle(id: $id) {\n      ...ArticleParts\n    }\n  }\n": typeof types.PublishArticleDocument,
    "\n  mutation DeleteArticle($id: ID!) {\n    deleteArticle(id: $id)\n  }\n": typeof types.DeleteArticleDocument,
    "\n  query Articles($first: Int!, $after: String) {\n    articles(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ArticleParts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ArticlesDocument,
    "\n  subscription ArticlePublished {\n    articlePublished {\n      ...ArticleParts\n    }\n  }\n": typeof types.ArticlePublishedDocument,
    "\n  mutation CreateArticle($title: String!, $body: String!) {\n    createArticle(input: { title: $title, body: $body }) {\n      ...ArticleParts\n    }\n  }\n": typeof types.CreateArticleDocument,
};
const documents: Documents = {
    "\n  fragment ArticleParts on Article {\n    id\n    title\n    body\n    status\n    version\n    author {\n      id\n      displayName\n    }\n    viewerCan {\n      update\n      publish\n      delete\n    }\n  }\n": types.ArticlePartsFragmentDoc,
    "\n  query Article($id: ID!) {\n    article(id: $id) {\n      ...ArticleParts\n    }\n  }\n": types.ArticleDocument,
    "\n  mutation UpdateArticle($id: ID!, $input: UpdateArticleInput!) {\n    updateArticle(id: $id, input: $input) {\n      ...ArticleParts\n    }\n  }\n": types.UpdateArticleDocument,
    "\n  mutation PublishArticle($id: ID!) {\n    publishArticle(id: $id) {\n      ...ArticleParts\n    }\n  }\n": types.PublishArticleDocument,
    "\n  mutation DeleteArticle($id: ID!) {\n    deleteArticle(id: $id)\n  }\n": types.DeleteArticleDocument,
    "\n  query Articles($first: Int!, $after: String) {\n    articles(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ArticleParts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.ArticlesDocument,
    "\n  subscription ArticlePublished {\n    articlePublished {\n      ...ArticleParts\n    }\n  }\n": types.ArticlePublishedDocument,
    "\n  mutation CreateArticle($title: String!, $body: String!) {\n    createArticle(input: { title: $title, body: $body }) {\n      ...ArticleParts\n    }\n  }\n": types.CreateArticleDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ArticleParts on Article {\n    id\n    title\n    body\n    status\n    version\n    author {\n      id\n      displayName\n    }\n    viewerCan {\n      update\n      publish\n      delete\n    }\n  }\n"): (typeof documents)["\n  fragment ArticleParts on Article {\n    id\n    title\n    body\n    status\n    version\n    author {\n      id\n      displayName\n    }\n    viewerCan {\n      update\n      publish\n      delete\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Article($id: ID!) {\n    article(id: $id) {\n      ...ArticleParts\n    }\n  }\n"): (typeof documents)["\n  query Article($id: ID!) {\n    article(id: $id) {\n      ...ArticleParts\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateArticle($id: ID!, $input: UpdateArticleInput!) {\n    updateArticle(id: $id, input: $input) {\n      ...ArticleParts\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateArticle($id: ID!, $input: UpdateArticleInput!) {\n    updateArticle(id: $id, input: $input) {\n      ...ArticleParts\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PublishArticle($id: ID!) {\n    publishArticle(id: $id) {\n      ...ArticleParts\n    }\n  }\n"): (typeof documents)["\n  mutation PublishArticle($id: ID!) {\n    publishArticle(id: $id) {\n      ...ArticleParts\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteArticle($id: ID!) {\n    deleteArticle(id: $id)\n  }\n"): (typeof documents)["\n  mutation DeleteArticle($id: ID!) {\n    deleteArticle(id: $id)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Articles($first: Int!, $after: String) {\n    articles(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ArticleParts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query Articles($first: Int!, $after: String) {\n    articles(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          ...ArticleParts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ArticlePublished {\n    articlePublished {\n      ...ArticleParts\n    }\n  }\n"): (typeof documents)["\n  subscription ArticlePublished {\n    articlePublished {\n      ...ArticleParts\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateArticle($title: String!, $body: String!) {\n    createArticle(input: { title: $title, body: $body }) {\n      ...ArticleParts\n    }\n  }\n"): (typeof documents)["\n  mutation CreateArticle($title: String!, $body: String!) {\n    createArticle(input: { title: $title, body: $body }) {\n      ...ArticleParts\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as Readonly<Record<string, unknown>>)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;