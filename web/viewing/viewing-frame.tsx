import { lazy, Suspense, useEffect, useState, type ReactElement } from 'react';
import { useSession } from 'sallyport/client/react';
import { onAskWhom, useViewing } from './viewing.ts';
import '../styles/viewing.css';

const ViewingStrip = lazy(async () => ({ default: (await import('./strip.tsx')).ViewingStrip }));
const ViewAsDialog = lazy(async () => ({ default: (await import('./view-as-dialog.tsx')).ViewAsDialog }));

/** The strip while the console views as another caller, and the dialog that begins it; loaded when they are wanted. */
export function ViewingFrame(): ReactElement {
  const as = useViewing();
  const session = useSession();
  // A session that has ended is signed in to again over the dialog, which keeps what was typed.
  const isHere = session.status === 'signed-in' || (session.status === 'signed-out' && session.ended);
  const [isAsking, setAsking] = useState(false);
  useEffect(() => onAskWhom(() => setAsking(true)), []);
  return (
    <Suspense fallback={null}>
      {as !== undefined && <ViewingStrip as={as} />}
      {isAsking && isHere && <ViewAsDialog first={as ?? 'role:VIEWER'} onClose={() => setAsking(false)} />}
    </Suspense>
  );
}
