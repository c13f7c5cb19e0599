import { useApolloClient, useMutation } from '@apollo/client/react';
import { useState, type ReactNode } from 'react';
import { codeOf, messageOf } from './api.ts';
import { graphql } from './generated/gql.ts';
import type { ArticlePartsFragment } from './generated/graphql.ts';

/** `viewerCan` says which buttons the server would act on; it is asked again with everything that changes. */
graphql(`
  fragment ArticleParts on Article {
    id
    title
    body
    status
    version
    author {
      id
      displayName
    }
    viewerCan {
      update
      publish
      delete
    }
  }
`);

const ArticleQuery = graphql(`
  query Article($id: ID!) {
    article(id: $id) {
      ...ArticleParts
    }
  }
`);

const UpdateArticle = graphql(`
  mutation UpdateArticle($id: ID!, $input: UpdateArticleInput!) {
    updateArticle(id: $id, input: $input) {
      ...ArticleParts
    }
  }
`);

const PublishArticle = graphql(`
  mutation PublishArticle($id: ID!) {
    publishArticle(id: $id) {
      ...ArticleParts
    }
  }
`);

const DeleteArticle = graphql(`
  mutation DeleteArticle($id: ID!) {
    deleteArticle(id: $id)
  }
`);

interface Draft {
  readonly title: string;
  readonly body: string;
  /** The version that was edited, or that is to be replaced. */
  readonly version: number;
  readonly problem?: ReactNode;
}

export function ArticleItem({ article }: { article: ArticlePartsFragment }) {
  const { id, title, body, status, version, author, viewerCan } = article;
  const [draft, setDraft] = useState<Draft>();
  const [problem, setProblem] = useState<string>();
  const apollo = useApolloClient();
  const [update] = useMutation(UpdateArticle);
  const [publish] = useMutation(PublishArticle, { variables: { id } });
  const [remove] = useMutation(DeleteArticle, {
    variables: { id },
    update: (cache) => cache.evict({ id: cache.identify({ __typename: 'Article', id }) ?? '' }),
  });

  const attempt = (work: () => Promise<unknown>): void => {
    setProblem(undefined);
    work().catch((error: unknown) => setProblem(messageOf(error)));
  };

  /** Shows the change at once. If it is refused, the article is as it was, and the form as it was typed. */
  async function save(typed: { title: string; body: string }, { version: edited }: Draft): Promise<void> {
    setDraft(undefined);
    try {
      await update({
        variables: { id, input: { ...typed, expectedVersion: edited } },
        optimisticResponse: { updateArticle: { ...article, ...typed, version: edited + 1 } },
      });
    } catch (error) {
      setDraft({ ...typed, version: edited, problem: messageOf(error) });
      if (codeOf(error) === 'CONFLICT') await showTheirs(typed).catch(() => undefined);
    }
  }

  async function showTheirs(typed: { title: string; body: string }): Promise<void> {
    const { data } = await apollo.query({ query: ArticleQuery, variables: { id }, fetchPolicy: 'network-only' });
    const theirs = data?.article;
    if (theirs == null) return;
    const settling = (
      <>
        Another user has changed it meanwhile, to <q>{theirs.title}</q>: <q>{theirs.body}</q>. Save again to put yours
        in its place, or cancel to leave it.
      </>
    );
    setDraft({ ...typed, version: theirs.version, problem: settling });
  }

  if (draft !== undefined)
    return <ArticleForm draft={draft} onCancel={() => setDraft(undefined)} onSave={(typed) => save(typed, draft)} />;
  return (
    <article aria-label={title}>
      <h2>{title}</h2>
      <p className="muted">
        {author.displayName}
        {status === 'DRAFT' && ' · draft'}
      </p>
      <p>{body}</p>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <p className="actions">
        {viewerCan.update && <button onClick={() => setDraft({ title, body, version })}>Edit</button>}
        {viewerCan.publish && status === 'DRAFT' && <button onClick={() => attempt(publish)}>Publish</button>}
        {viewerCan.delete && <button onClick={() => attempt(remove)}>Delete</button>}
      </p>
    </article>
  );
}

interface ArticleFormProps {
  readonly draft: { readonly title: string; readonly body: string; readonly problem?: ReactNode };
  readonly onSave: (typed: { title: string; body: string }) => Promise<void>;
  readonly onCancel: () => void;
}

export function ArticleForm({ draft, onSave, onCancel }: ArticleFormProps) {
  const [title, setTitle] = useState(draft.title);
  const [body, setBody] = useState(draft.body);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onSave({ title, body });
      }}
    >
      {draft.problem !== undefined && <p role="alert">{draft.problem}</p>}
      <label>
        Title <input value={title} onChange={(event) => setTitle(event.target.value)} required autoFocus />
      </label>
      <label>
        Text <textarea value={body} onChange={(event) => setBody(event.target.value)} rows={4} required />
      </label>
      <p className="actions">
        <button className="primary">Save</button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}
