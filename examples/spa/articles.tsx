import type { ApolloCache } from '@apollo/client';
import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from './api.ts';
import { ArticleForm, ArticleItem } from './article.tsx';
import { graphql } from './generated/gql.ts';
import type { ArticlePartsFragment } from './generated/graphql.ts';

const ArticlesQuery = graphql(`
  query Articles($first: Int!, $after: String) {
    articles(first: $first, after: $after) {
      edges {
        cursor
        node {
          ...ArticleParts
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const ArticlePublished = graphql(`
  subscription ArticlePublished {
    articlePublished {
      ...ArticleParts
    }
  }
`);

const CreateArticle = graphql(`
  mutation CreateArticle($title: String!, $body: String!) {
    createArticle(input: { title: $title, body: $body }) {
      ...ArticleParts
    }
  }
`);

const firstPage = { first: 10 };

/** Lists what the user may read, page after page as they come into sight; what others publish appears by itself. */
export function Articles() {
  const { data, error, fetchMore } = useQuery(ArticlesQuery, { variables: firstPage });
  useSubscription(ArticlePublished, {
    onData({ client: { cache }, data: event }) {
      if (event.data !== undefined) addAtHead(cache, event.data.articlePublished);
    },
  });

  if (error !== undefined) return <p role="alert">{messageOf(error)}</p>;
  if (data === undefined) return <main aria-busy="true" />;
  const { edges, pageInfo } = data.articles;
  return (
    <main>
      <h1>Articles</h1>
      <NewArticle />
      {edges.map(({ node }) => (
        <ArticleItem key={node.id} article={node} />
      ))}
      {pageInfo.hasNextPage && (
        <NextPage
          key={pageInfo.endCursor}
          load={() => fetchMore({ variables: { ...firstPage, after: pageInfo.endCursor } })}
        />
      )}
    </main>
  );
}

/** Loads the next page when the reader comes to the end of this one; after a failure, when the button is pressed. */
function NextPage({ load }: { load: () => Promise<unknown> }) {
  const [problem, setProblem] = useState<string>();
  const end = useRef<HTMLButtonElement>(null);
  const attempt = (): void => {
    load().catch((error: unknown) => setProblem(messageOf(error)));
  };
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && attempt());
    if (end.current !== null) observer.observe(end.current);
    return () => observer.disconnect();
    // One page is loaded once: the next has a component of its own.
  }, []);
  return (
    <>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <button ref={end} onClick={attempt}>
        More articles
      </button>
    </>
  );
}

function NewArticle() {
  const [draft, setDraft] = useState<{ title: string; body: string; problem?: string }>();
  const [create] = useMutation(CreateArticle, {
    update: (cache, { data }) => data && addAtHead(cache, data.createArticle),
  });
  if (draft === undefined) return <button onClick={() => setDraft({ title: '', body: '' })}>New article</button>;
  return (
    <ArticleForm
      draft={draft}
      onCancel={() => setDraft(undefined)}
      onSave={async (typed) => {
        try {
          await create({ variables: typed });
          setDraft(undefined);
        } catch (error) {
          setDraft({ ...typed, problem: messageOf(error) });
        }
      }}
    />
  );
}

/** Puts an article at the head of the list, unless it is in it: what is cached of an article is the same everywhere. */
function addAtHead(cache: ApolloCache, article: ArticlePartsFragment): void {
  cache.updateQuery({ query: ArticlesQuery, variables: firstPage }, (found) => {
    const { articles } = found ?? {};
    if (articles === undefined || articles.edges.some(({ node }) => node.id === article.id)) return found;
    // Nothing is asked after it, so its cursor is any text of its own.
    return { articles: { ...articles, edges: [{ cursor: article.id, node: article }, ...articles.edges] } };
  });
}
