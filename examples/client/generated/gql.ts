/* eslint-disable */
import * as types from './graphql.ts';



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
    "query ListArticles($first: Int!, $after: String) {\n  articles(first: $first, after: $after) {\n    totalCount\n    nodes {\n      id\n      title\n      status\n      author {\n        displayName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nmutation CreateArticle($title: String!, $body: String!) {\n  createArticle(input: {title: $title, body: $body}) {\n    id\n    title\n    status\n  }\n}": typeof types.ListArticlesDocument,
};
const documents: Documents = {
    "query ListArticles($first: Int!, $after: String) {\n  articles(first: $first, after: $after) {\n    totalCount\n    nodes {\n      id\n      title\n      status\n      author {\n        displayName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nmutation CreateArticle($title: String!, $body: String!) {\n  createArticle(input: {title: $title, body: $body}) {\n    id\n    title\n    status\n  }\n}": types.ListArticlesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ListArticles($first: Int!, $after: String) {\n  articles(first: $first, after: $after) {\n    totalCount\n    nodes {\n      id\n      title\n      status\n      author {\n        displayName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}\n\nmutation CreateArticle($title: String!, $body: String!) {\n  createArticle(input: {title: $title, body: $body}) {\n    id\n    title\n    status\n  }\n}"): typeof import('./graphql.ts').ListArticlesDocument;


export function graphql(source: string) {
  return (documents as Readonly<Record<string, unknown>>)[source] ?? {};
}
