import { createElement } from 'react';
import { useCan, useSession } from 'sallyport/client/react';

interface Article {
  readonly __typename: 'Article';
  readonly id: string;
}

/** Shown exactly if the server would allow it. */
export function EditButton({ article, onClick }: { article: Article; onClick: () => void }) {
  const mayEdit = useCan({ subject: article, action: 'update' });
  return mayEdit === true ? createElement('button', { onClick }, 'Edit') : null;
}

export function Greeting() {
  const session = useSession();
  return createElement('p', null, session.status === 'signed-in' ? `Hello, ${session.user.displayName}` : 'Hello');
}
