export interface Example {
  readonly query: string;
  readonly variables?: string;
}

/** The operations that a first visit finds in its tabs; each runs as it is. */
export const examples: readonly Example[] = [
  {
    query: `# Ctrl+Enter runs it. Titles and names are for everybody;
# an e-mail address is for its owner and for administrators.
query Hello {
  articles(first: 3) {
    totalCount
    nodes {
      title
      author {
        displayName
        email
      }
    }
  }
}
`,
  },
  {
    query: `# A refusal: the audit log takes the scope audit:read.
query Refusal {
  articles(first: 1) {
    totalCount
  }
  auditEvents(first: 1) {
    nodes {
      type
    }
  }
}
`,
  },
  {
    query: `# A mutation: it takes articles:write, which EDITOR has.
mutation Mutations($input: CreateArticleInput!) {
  createArticle(input: $input) {
    id
    title
    status
  }
}
`,
    variables: '{\n  "input": { "title": "A first article", "body": "Written in the explorer." }\n}\n',
  },
  {
    query: `# A subscription: publish an article, and it appears here.
subscription Subscription {
  articlePublished {
    title
    author {
      displayName
    }
  }
}
`,
  },
];
