import { Suspense, useEffect, useRef, useState, type ReactElement } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { useSession } from 'sallyport/client/react';
import { Loading, NothingHere } from '../ui/states.tsx';
import { usePath } from './location.ts';
import { hasComeBack, takeOver } from './other-sign-in.ts';
import { firstPage, pages } from './pages.ts';
import { Shell } from './shell.tsx';
import { SignIn, SignInPage } from './sign-in.tsx';

/**
 * The console: a page for a user who is signed in; else a sign-in, in its place or, if the session has ended, over it.
 */
export function App(): ReactElement {
  const session = useSession();
  const isTakingOver = useTakeOver();
  const wasSignedIn = useRef(false);
  if (session.status === 'signed-in') wasSignedIn.current = true;
  const hasEnded = session.status === 'signed-out' && session.ended && wasSignedIn.current;
  if (session.status === 'signed-out' && !hasEnded) wasSignedIn.current = false;

  const person = useRef({ id: '', changes: 0 });
  if (session.status === 'signed-in' && session.user.id !== person.current.id) {
    const changes = person.current.id === '' ? 0 : person.current.changes + 1;
    person.current = { id: session.user.id, changes };
  }

  const path = usePath();
  const isOpen = pages.some((page) => page.path === path && page.isOpen === true);
  if (session.status === 'unknown' || isTakingOver) return <Loading what="who is signed in" />;
  if (session.status === 'signed-out' && !hasEnded && !isOpen) return <SignInPage />;
  return (
    <>
      <Shell>
        {/* What one person typed, or was shown, is no other person's. */}
        <Content key={person.current.changes} />
      </Shell>
      <ModalOverlay className="overlay" isOpen={hasEnded}>
        <Modal className="modal">
          <Dialog className="dialog" aria-label="Sign in again">
            <SignIn title="Your session has ended" hint="Sign in again: what you typed is still here." />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

/** Takes over the session of the server's own sign-in page, if that has led here; true as long as it does. */
function useTakeOver(): boolean {
  const [isTakingOver, setTakingOver] = useState(hasComeBack);
  useEffect(() => {
    if (isTakingOver) void takeOver().finally(() => setTakingOver(false));
  }, [isTakingOver]);
  return isTakingOver;
}

function Content(): ReactElement {
  const path = usePath() || firstPage;
  const page = pages.find((one) => one.path === path);
  useEffect(() => {
    document.title = page === undefined ? 'Sallyport' : `${page.title} · Sallyport`;
  }, [page]);
  if (page === undefined) return <NothingHere path={path} />;
  return (
    <Suspense fallback={<Loading what={page.title} />}>
      <page.content />
    </Suspense>
  );
}
