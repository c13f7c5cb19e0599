import { GraphiQL } from 'graphiql';
import type { GraphQLSchema, IntrospectionQuery } from 'graphql';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { useSession } from 'sallyport/client/react';
import { useParam } from '../app/location.ts';
import { useData } from '../app/use-data.ts';
import { AccessMatrix, AccessScopes } from '../generated/documents.ts';
import { CallerPicker } from '../simulator/caller-picker.tsx';
import { readCaller, type Caller } from '../simulator/callers.ts';
import { rolesBySize } from '../simulator/roles-by-size.ts';
import { Alert } from '../ui/alert.tsx';
import { Loading } from '../ui/states.tsx';
import { useViewing } from '../viewing/viewing.ts';
import { examples } from './examples.ts';
import { createExplorerFetcher, type Asked } from './fetcher.ts';
import { nameEditors } from './name-editors.ts';
import { OutcomePanel } from './outcome-panel.tsx';
import { introspectionQuery, ruledSchema } from './ruled-schema.ts';
import 'graphiql/graphiql.css';
import '../styles/explorer.css';

/**
 * An editor of GraphQL with what each field requires beside it. It runs as the user who is signed in, or as anonymous.
 */
export function ExplorerPage(): ReactElement {
  const session = useSession();
  const viewing = useViewing();
  const [as, setAs] = useParam('as', viewing ?? '');
  const [asked, setAsked] = useState<Asked>();
  const holders = useData(AccessScopes, {}, { enabled: session.status === 'signed-in' }).data?.accessScopes;
  const { schema, problem, retry } = useRuledSchema(session.status === 'signed-in');
  const present = useRef(as);
  present.current = as;
  const fetcher = useMemo(() => {
    const caller = (): Caller | undefined => (present.current === '' ? undefined : readCaller(present.current));
    return createExplorerFetcher({ as: caller, tell: setAsked });
  }, []);
  const frame = useRef<HTMLDivElement>(null);
  const isReady = schema !== undefined;
  useEffect(() => (isReady && frame.current !== null ? nameEditors(frame.current) : undefined), [isReady]);
  if (!isReady) return <Loading what="the schema" />;
  return (
    <div className="explorer" ref={frame}>
      <h1 className="visually-hidden">Explorer</h1>
      <div>
        <div className="explorer-bar">
          {as === '' ? (
            <>
              <p>
                Runs as{' '}
                {session.status === 'signed-in' ? (
                  <strong>
                    {session.user.displayName} ({session.user.roles.join(', ') || 'no role'})
                  </strong>
                ) : (
                  <strong>anonymous</strong>
                )}
                . A credential in <em>Headers</em> counts instead.
              </p>
              {holders !== undefined && (
                <button className="button small" onClick={() => setAs('role:VIEWER')}>
                  Explain as another caller
                </button>
              )}
            </>
          ) : (
            <>
              <p>Explains what the server would refuse this caller, and runs nothing.</p>
              <CallerPicker
                label="As"
                value={as}
                onChange={setAs}
                roles={rolesBySize(holders ?? [])}
                scopes={(holders ?? []).map(({ scope }) => scope)}
                {...(viewing === undefined ? { onRemove: () => setAs(''), removing: 'Run as myself' } : {})}
              />
            </>
          )}
        </div>
        {problem !== undefined && (
          <div className="explorer-bar">
            <Alert>The schema could not be read, and the editor works without it: {problem}</Alert>
            <button className="button small" onClick={retry}>
              Try again
            </button>
          </div>
        )}
      </div>
      <GraphiQL
        fetcher={fetcher}
        schema={schema}
        defaultTabs={[...examples]}
        defaultEditorToolsVisibility="variables"
      />
      {asked !== undefined && <OutcomePanel asked={asked} />}
    </div>
  );
}

interface Ruled {
  /** Undefined until it is known; null if it could not be read, as on a server that answers no introspection. */
  readonly schema: GraphQLSchema | null | undefined;
  readonly problem?: string;
  readonly retry: () => void;
}

/**
 * Introspects as the present caller, and adds what fields require if that caller may know. Once there is a schema it
 * stays until there is another: the editor holds what is being written.
 */
function useRuledSchema(isSignedIn: boolean): Ruled {
  const introspected = useData<IntrospectionQuery, Record<string, never>>(introspectionQuery, {});
  const access = useData(AccessMatrix, {}, { enabled: isSignedIn });
  const isSettled = !isSignedIn || access.data !== undefined || access.isError;
  const fresh = useMemo(
    () =>
      introspected.data !== undefined && isSettled
        ? ruledSchema(introspected.data, access.data?.accessMatrix)
        : undefined,
    [introspected.data, access.data, isSettled],
  );
  const last = useRef<GraphQLSchema | null>(undefined);
  if (fresh !== undefined) last.current = fresh;
  else if (introspected.isError) last.current ??= null;
  const retry = (): void => void introspected.refetch();
  if (last.current !== null || introspected.error === null) return { schema: last.current, retry };
  return { schema: null, problem: introspected.error.message, retry };
}
