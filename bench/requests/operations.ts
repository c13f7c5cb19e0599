/** The operations that are measured; the bare server knows these by their text. */
export const operations = {
  tiny: '{ me { id displayName } }',
  list: 'query ($first: Int) { articles(first: $first) { totalCount nodes { id title status author { displayName } } } }',
  rights:
    'query ($first: Int) { articles(first: $first) { totalCount nodes { id title status author { displayName } viewerCan { update delete } } } }',
  mutation: 'mutation ($id: ID!, $input: UpdateArticleInput!) { updateArticle(id: $id, input: $input) { id title } }',
} as const;
